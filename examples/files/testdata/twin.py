"""The same as examples/files, with libzmq, as long as the file is not rotated:
twin.py QUEUE NODE PATH"""
import json
import sys
import time
import zmq

queue, node, path = sys.argv[1:]
req = zmq.Context().socket(zmq.REQ)
req.req_relaxed = req.req_correlate = 1     # may ask again, and takes no late answer
req.rcvtimeo = 1000
req.connect(queue)
offset = 0
while True:
    req.send_string(json.dumps({"node": node, "path": path, "offset": offset}))
    try:
        answer, *data = req.recv_multipart()
    except zmq.Again:                       # a node may have been killed with the request
        continue
    answer = json.loads(answer)
    if "error" in answer:
        raise SystemExit(answer["error"])
    sys.stdout.buffer.write(data[0])
    sys.stdout.flush()
    offset += len(data[0])
    if offset == answer["size"]:
        time.sleep(0.2)
