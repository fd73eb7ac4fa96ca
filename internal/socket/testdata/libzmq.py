"""Real libzmq sockets, worked by a test: a JSON object a line on standard input, an
answer each on standard output. Frames are in base64."""
import base64
import json
import sys

import zmq

context = zmq.Context()
sockets = {}


def serve(do):
    what = do["do"]
    if what == "open":
        s = context.socket(getattr(zmq, do["type"]))
        s.linger = 0
        if do.get("identity"):
            s.identity = do["identity"].encode()
        if do["type"] == "ROUTER":
            s.router_mandatory = 1
        if do.get("hwm"):
            s.sndhwm = s.rcvhwm = do["hwm"]
        sockets[do["socket"]] = s
        return {}
    s = sockets[do["socket"]]
    if what == "bind":
        s.bind(do["where"])
        return {"where": s.last_endpoint.decode().rstrip("\0")}
    if what == "connect":
        s.connect(do["where"])
    elif what == "send":
        if not s.poll(do["timeout"], zmq.POLLOUT):
            return {"timeout": True}
        try:
            s.send_multipart([base64.b64decode(f) for f in do["frames"]], zmq.NOBLOCK)
        except zmq.ZMQError as e:
            if e.errno == zmq.EHOSTUNREACH:
                return {"timeout": True}
            raise
    elif what == "recv":
        if not s.poll(do["timeout"]):
            return {"timeout": True}
        return {"frames": [base64.b64encode(f).decode() for f in s.recv_multipart()]}
    elif what == "subscribe":
        s.subscribe(base64.b64decode(do["frames"][0]))
    elif what == "set":
        setattr(s, do["option"], do["value"])
    elif what == "close":
        s.close(linger=do["timeout"])
    return {}


for line in sys.stdin:
    try:
        answer = serve(json.loads(line))
    except Exception as e:  # the test says what it means
        answer = {"error": repr(e)}
    print(json.dumps(answer), flush=True)
context.destroy(linger=0)
