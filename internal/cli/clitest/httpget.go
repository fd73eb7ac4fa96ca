package clitest

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// httpGet is the program httpget.
func httpGet() {
	var headers []string
	flag.Func("H", "a header", func(h string) error {
		headers = append(headers, h)
		return nil
	})
	method := flag.String("X", http.MethodGet, "the method")
	hold := flag.Bool("hold", false, "keep the connection")
	until := flag.String("until", "", "ask again until the answer matches this")
	flag.Parse()
	if err := askUntil(*until, *method, flag.Arg(0), headers, *hold); err != nil {
		fmt.Fprintln(os.Stderr, "httpget:", err)
		os.Exit(1)
	}
}

// askUntil asks until the answer matches a regular expression, and prints that one.
func askUntil(pattern, method, url string, headers []string, hold bool) error {
	wanted, err := regexp.Compile("(?m)" + pattern)
	if err != nil {
		return err
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for deadline := time.After(patience); ; {
		answer, conn, err := askHTTP(method, url, headers)
		if err != nil {
			return err
		}
		if wanted.MatchString(answer) {
			fmt.Println(answer)
			return keep(conn, hold)
		}
		_ = conn.Close()
		select {
		case <-again.C:
		case <-deadline:
			return fmt.Errorf("no answer matches %s in %v; the last is\n%s", pattern, patience, answer)
		}
	}
}

// askHTTP asks on a connection of its own, and returns the answer: status, headers, body.
func askHTTP(method, url string, headers []string) (text string, conn net.Conn, err error) {
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		return "", nil, err
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			request.Host = value
		} else {
			request.Header.Add(name, value)
		}
	}
	if conn, err = dialPatiently(request.URL.Host); err != nil {
		return "", nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	if err := request.Write(conn); err != nil {
		return "", conn, err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		return "", conn, err
	}
	var b strings.Builder
	_ = answer.Header.Write(&b)
	body, err := io.ReadAll(answer.Body)
	return fmt.Sprintf("%s\n%s\n%s", answer.Status, strings.ReplaceAll(b.String(), "\r\n", "\n"), body), conn, err
}

// keep keeps a connection until the other side ends it, if it is to be held.
func keep(conn net.Conn, hold bool) error {
	defer func() { _ = conn.Close() }()
	if !hold {
		return nil
	}
	if _, err := io.Copy(io.Discard, conn); err != nil && !errors.Is(err, syscall.ECONNRESET) {
		return fmt.Errorf("hold: %w", err)
	}
	fmt.Println("ended by the other side")
	return nil
}

// dialPatiently connects to whoever will soon listen at address.
func dialPatiently(address string) (net.Conn, error) {
	deadline := time.After(patience)
	try := time.NewTicker(5 * time.Millisecond)
	defer try.Stop()
	for {
		conn, err := net.Dial("tcp", address)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return conn, err
		}
		select {
		case <-try.C:
		case <-deadline:
			return nil, err
		}
	}
}
