"""Any part of examples/pipeline, with libzmq:
twin.py -work ENDPOINT -results ENDPOINT producer | worker NAME | collector"""
import sys
import zmq

context = zmq.Context()
work, results, role = sys.argv[2], sys.argv[4], sys.argv[5]
push, pull = context.socket(zmq.PUSH), context.socket(zmq.PULL)
if role == "producer":
    push.bind(work)
    for n in range(1, 1001):
        push.send_string(str(n))
    context.destroy(linger=-1)              # waits until all has gone out
elif role == "worker":
    pull.connect(work)
    push.connect(results)
    while True:
        push.send_multipart([b"%d" % int(pull.recv()) ** 2, sys.argv[6].encode()])
else:
    pull.bind(results)
    found = [pull.recv_multipart() for _ in range(1000)]
    names = [name.decode() for _, name in found]
    by = " ".join(f"{name}:{names.count(name)}" for name in sorted(set(names)))
    print(f"1000 results add up to {sum(int(square) for square, _ in found)}, found by map[{by}]")
