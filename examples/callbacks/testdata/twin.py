"""The other side of examples/callbacks, with libzmq:
twin.py -readings ENDPOINT -questions ENDPOINT thermometer | client DEGREES"""
import sys
import zmq

context = zmq.Context()
readings_at, questions_at, role = sys.argv[2], sys.argv[4], sys.argv[5]
readings = []


def reading():
    readings.append(int(pull.recv()))


def question():
    rep.recv()
    rep.send_string(f"{len(readings)} readings, {sum(readings)} in all")


if role == "client":
    push, req = context.socket(zmq.PUSH), context.socket(zmq.REQ)
    push.connect(readings_at)
    req.connect(questions_at)
    push.send_string(sys.argv[6])
    req.send_string("how many?")
    print(req.recv_string())
    context.destroy(linger=-1)              # waits until all has gone out
else:
    pull, rep = context.socket(zmq.PULL), context.socket(zmq.REP)
    pull.bind(readings_at)
    rep.bind(questions_at)
    handlers, poller = {pull: reading, rep: question}, zmq.Poller()
    for s in handlers:
        poller.register(s, zmq.POLLIN)
    while True:
        for s, _ in poller.poll():
            handlers[s]()
