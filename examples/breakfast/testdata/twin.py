"""Any part of examples/breakfast, with libzmq:
twin.py -frontend ENDPOINT -backend ENDPOINT -takes TIME light on|off | toaster | coffee | mirror"""
import json
import sys
import time
import zmq

frontend, backend, role, *rest = sys.argv[2], sys.argv[4], sys.argv[7], *sys.argv[8:]
light = "state/bathroom/light"
context = zmq.Context()
pub, sub = context.socket(zmq.PUB), context.socket(zmq.SUB)
pub.connect(frontend)
sub.connect(backend)


def say(topic, state, **more):
    pub.send_multipart([topic.encode(), json.dumps({"state": state, **more}).encode()])


def hear():
    topic, payload, *_ = sub.recv_multipart()
    return topic.decode(), json.loads(payload)


if role == "light":
    sub.subscribe(light)
    by = time.time()                        # tells this switching from those before
    heard = {}
    while heard.get("by") != by:
        say(light, rest[0], by=by)
        if sub.poll(50):
            heard = hear()[1]
elif role == "mirror":
    sub.subscribe("state/kitchen/")
    states = {}
    while True:
        topic, payload = hear()
        states[topic] = payload["state"]
        print(topic, "is", states[topic])
        if states.get("state/kitchen/toaster") == states.get("state/kitchen/coffee") == "ready":
            print("breakfast is ready")
else:
    me = f"state/kitchen/{role}"
    sub.subscribe(me)
    while not sub.poll(50):                 # until the hub hears us
        say(me, "idle")
    sub.unsubscribe(me)
    sub.subscribe(light)
    while True:
        topic, payload = hear()
        if topic == light and payload["state"] == "on":
            say(me, {"toaster": "toasting", "coffee": "brewing"}[role])
            time.sleep(0.05)
            say(me, "ready")
