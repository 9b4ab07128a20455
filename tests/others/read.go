// Reads certificates as Go's crypto/x509 does, and checks each below the first of them.
//
//	go run read.go CA LEAF...
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"time"
)

func read(file string) *x509.Certificate {
	text, err := os.ReadFile(file)
	if err == nil {
		block, _ := pem.Decode(text)
		if block != nil {
			var certificate *x509.Certificate
			if certificate, err = x509.ParseCertificate(block.Bytes); err == nil {
				return certificate
			}
		}
	}
	fmt.Println(file, err)
	os.Exit(1)
	return nil
}

func main() {
	roots := x509.NewCertPool()
	roots.AddCert(read(os.Args[1]))
	for _, file := range os.Args[2:] {
		leaf := read(file)
		_, err := leaf.Verify(x509.VerifyOptions{
			Roots:       roots,
			CurrentTime: time.Unix(1767225600+3600, 0),
			KeyUsages:   []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		})
		if err != nil {
			fmt.Println(file, err)
			os.Exit(1)
		}
		fmt.Println(file, leaf.Subject, leaf.DNSNames)
	}
}
