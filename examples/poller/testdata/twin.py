"""The other side of examples/poller, with libzmq:
twin.py -tasks ENDPOINT -orders ENDPOINT worker|boss"""
import sys
import time
import zmq

context = zmq.Context()
tasks, orders, role = sys.argv[2], sys.argv[4], sys.argv[5]
if role == "boss":
    push, pub = context.socket(zmq.PUSH), context.socket(zmq.PUB)
    push.bind(tasks)
    pub.bind(orders)
    for n in range(1, 11):
        push.send_string(f"task {n}")
    while True:
        pub.send_string("Exit")
        time.sleep(0.05)
pull, sub = context.socket(zmq.PULL), context.socket(zmq.SUB)
pull.connect(tasks)
sub.connect(orders)
sub.subscribe("")
print("is ready")
poller = zmq.Poller()
poller.register(pull)
poller.register(sub)
order = ""
while order != "Exit":
    ready = dict(poller.poll())
    if pull in ready:
        print("does", pull.recv_string())
    if sub in ready:
        order = sub.recv_string()
        print("is told", order)
