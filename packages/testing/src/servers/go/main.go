// A TLS server of Go's crypto/tls: tells each client what it saw, as a line of JSON, and ends.
package main

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"os"
)

// What it is told, as JSON on its standard input. The octets are in base64.
type options struct {
	Certificate string
	PrivateKey  string
	EchConfig   string
	EchKey      string
	Groups      []tls.CurveID
}

// What a client is told.
type report struct {
	ServerName  string
	EchAccepted bool
	Group       string
	DidRetry    bool
	DidResume   bool
}

func main() {
	var given options
	check(json.NewDecoder(os.Stdin).Decode(&given))
	certificate, err := tls.X509KeyPair([]byte(given.Certificate), []byte(given.PrivateKey))
	check(err)
	config := &tls.Config{
		Certificates:     []tls.Certificate{certificate},
		MinVersion:       tls.VersionTLS13,
		CurvePreferences: given.Groups,
	}
	if given.EchConfig != "" {
		config.EncryptedClientHelloKeys = []tls.EncryptedClientHelloKey{
			{Config: octets(given.EchConfig), PrivateKey: octets(given.EchKey), SendAsRetry: true},
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		carrier, err := listener.Accept()
		check(err)
		go serve(tls.Server(carrier, config))
	}
}

func serve(connection *tls.Conn) {
	defer connection.Close()
	if connection.Handshake() != nil {
		return
	}
	state := connection.ConnectionState()
	line, err := json.Marshal(report{
		ServerName:  state.ServerName,
		EchAccepted: state.ECHAccepted,
		Group:       state.CurveID.String(),
		DidRetry:    state.HelloRetryRequest,
		DidResume:   state.DidResume,
	})
	check(err)
	connection.Write(append(line, '\n'))
}

func octets(text string) []byte {
	decoded, err := base64.StdEncoding.DecodeString(text)
	check(err)
	return decoded
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
