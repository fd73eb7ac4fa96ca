package socket_test

import (
	"context"
	"fmt"
	"time"

	"homebus/internal/socket"
)

// Jobs go to workers in turn, and to another if one is lost before it was sent its own.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	jobs := socket.NewPush(socket.Config{HWM: 100})
	where, err := jobs.Bind("tcp://127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	worker := socket.NewPull(socket.Config{})
	defer worker.Close(ctx)
	if err := worker.Connect(where); err != nil {
		fmt.Println(err)
		return
	}

	if err := jobs.Send(ctx, [][]byte{[]byte("grind"), []byte("18 g")}); err != nil {
		fmt.Println(err)
	}
	job, err := worker.Recv(ctx)
	fmt.Printf("%s %v\n", job, err)
	fmt.Println(jobs.Close(ctx)) // when all has gone out
	// Output:
	// [grind 18 g] <nil>
	// <nil>
}

// A question has a deadline, and until then outlives the server that was asked it.
func ExampleReq_Request() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	server := socket.NewRep(socket.Config{})
	defer server.Close(ctx)
	where, err := server.Bind("tcp://127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	client := socket.NewReq(socket.Config{})
	defer client.Close(ctx)
	if err := client.Connect(where); err != nil {
		fmt.Println(err)
		return
	}

	answers := make(chan [][]byte, 1)
	go func() {
		answer, err := client.Request(ctx, [][]byte{[]byte("is there coffee?")})
		if err != nil {
			fmt.Println(err)
		}
		answers <- answer
	}()
	question, err := server.Recv(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", question)
	if err := server.Send(ctx, [][]byte{[]byte("in a minute")}); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s\n", <-answers)
	// Output:
	// [is there coffee?]
	// [in a minute]
}
