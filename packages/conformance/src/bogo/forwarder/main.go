// Command forwarder stands where BoringSSL's test runner expects a shim. The runner starts one for each test; this one
// starts fast, and hands the test on to a server that is warm.
//
// BOGO_SHIM_SOCKETS names the servers' Unix sockets, separated by commas. To a server go the arguments as a line of JSON;
// from it comes {"code": …, "stderr": …}. The server connects to the runner itself: the runner knows a shim by its
// number, not by its process. Where BOGO_SHIM_COMMAND is set, a JSON array, that is run instead with the arguments added.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

type outcome struct {
	Code   int    `json:"code"`
	Stderr string `json:"stderr"`
}

func main() {
	args := os.Args[1:]
	for _, arg := range args {
		if arg == "-is-handshaker-supported" {
			fmt.Println("No")
			return
		}
	}
	if command := os.Getenv("BOGO_SHIM_COMMAND"); command != "" {
		replace(command, args)
	}
	result, err := forward(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "forwarder:", err)
		os.Exit(1)
	}
	fmt.Fprint(os.Stderr, result.Stderr)
	os.Exit(result.Code)
}

// replace ends this process with that of the command.
func replace(command string, args []string) {
	var argv []string
	if err := json.Unmarshal([]byte(command), &argv); err != nil || len(argv) == 0 {
		fmt.Fprintln(os.Stderr, "forwarder: BOGO_SHIM_COMMAND is no command")
		os.Exit(1)
	}
	err := syscall.Exec(argv[0], append(argv, args...), os.Environ())
	fmt.Fprintln(os.Stderr, "forwarder:", err)
	os.Exit(1)
}

func forward(args []string) (outcome, error) {
	var result outcome
	sockets := strings.Split(os.Getenv("BOGO_SHIM_SOCKETS"), ",")
	conn, err := net.Dial("unix", sockets[shimID(args)%uint64(len(sockets))])
	if err != nil {
		return result, err
	}
	defer conn.Close()
	if err := json.NewEncoder(conn).Encode(args); err != nil {
		return result, err
	}
	err = json.NewDecoder(conn).Decode(&result)
	return result, err
}

func shimID(args []string) uint64 {
	for i, arg := range args[:max(len(args)-1, 0)] {
		if arg == "-shim-id" {
			id, _ := strconv.ParseUint(args[i+1], 10, 64)
			return id
		}
	}
	return 0
}
