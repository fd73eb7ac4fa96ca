package epgm

import (
	"net"
	"strings"
	"testing"
)

func TestUnknownInterfaceSaysWhichThereAre(t *testing.T) {
	if _, err := net.InterfaceByName("lo"); err != nil {
		t.Skip("needs the interface lo: ", err)
	}
	for _, name := range []string{"eth7", "203.0.113.9"} {
		_, err := NewSubscriber(Endpoint{name, simGroup}, SubscriberConfig{}, nil)
		want := "epgm://" + name + `;239.192.1.1:5555: there is no interface "` + name + `" that is up and has an IPv4 address; there is `
		if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "lo (127.0.0.1)") {
			t.Errorf("%v\nwant %s… lo (127.0.0.1) …", err, want)
		}
	}
}

func TestConfigsThatCannotBe(t *testing.T) {
	e := Endpoint{"lo", simGroup}
	for _, c := range []PublisherConfig{{Rate: -1}, {TTL: 256}, {TTL: -1}, {Recovery: -1}, {QueueMessages: -1}, {QueueBytes: -1}} {
		if _, err := NewPublisher(e, c); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, c := range []SubscriberConfig{{Sources: -1}, {Window: -1}, {Window: maxWindow + 1}, {Memory: -1}, {Expiry: -1}} {
		if _, err := NewSubscriber(e, c, nil); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
