"""More than examples/files, with libzmq: follower.py HUB QUEUE NODE PATH prints a file and
what is added to it, from the oldest rotated one on. Lines come from the hub; what does not
follow what there is, or was lost, is asked for at the queue. All of it is in docs/files.md."""
import base64
import hashlib
import json
import sys
import time
import zmq

hub, queue, node, path = sys.argv[1:]
context = zmq.Context()
lines = context.socket(zmq.SUB)
lines.connect(hub)
lines.subscribe(f"file/{node}")  # its lines and its beats, and those of n10 if it is n1
have, head, last = 0, b"", b""  # of the generation that is being printed
generation = before = None  # its name; the proof of the one before
asking, later, rev = None, 0.0, None  # later is when to ask (again), 0 for never


def write(data):
    global have, head, last
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    have, head, last = have + len(data), (head + data)[:1024], (last + data)[-1024:]


def proof():
    return {"size": have, "head": hashlib.sha256(head).hexdigest(), "last": hashlib.sha256(last).hexdigest()}


def ask():
    """Asks for what follows, on a new socket: a REQ that got no answer sends nothing more."""
    global asking, later
    if asking:
        asking.close(linger=0)
    asking, later = context.socket(zmq.REQ), time.monotonic() + 1
    asking.connect(queue)
    known = {"proof": proof()} if have else {"after": before} if before else {"oldest": True}
    asking.send_string(json.dumps({"node": node, "path": path, "offset": have, "generation": generation or ""} | known))


def hear(topic, payload, *meta):
    global rev
    said = json.loads(payload)
    if topic.decode() == f"file/{node}" and (said["run"], said["rev"]) != rev:  # something has changed
        rev = said["run"], said["rev"]
        if not asking:
            ask()
    if topic.decode() != f"file/{node}/{path}" or asking:
        return
    data = base64.b64decode(said["line_base64"]) if "line_base64" in said else said["line"].encode()
    data += b"" if said.get("part") else b"\n"
    if said["generation"] != generation or said["offset"] > have:
        ask()
    elif said["end"] > have:
        write(data[have - said["offset"]:])


def answered(answer, data=b""):
    global asking, later, generation, before, have, head, last
    answer = json.loads(answer)
    if "error" in answer:
        return  # such as that it is not there yet: ask again when the time is over
    asking.close()
    asking, later = None, 0.0
    write(data)
    generation = answer.get("generation")
    if answer.get("gone") or answer.get("done"):
        before, have, head, last, generation = proof(), 0, b"", b"", None
        ask()
    elif have < answer["size"]:
        ask()
    elif answer.get("earlier"):
        later = time.monotonic() + 0.5  # it may still grow


ask()
while True:
    if lines.poll(20):
        hear(*lines.recv_multipart())
    if asking and asking.poll(0):
        answered(*asking.recv_multipart())
    elif later and time.monotonic() > later:
        ask()
