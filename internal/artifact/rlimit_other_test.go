//go:build !unix

package artifact_test

func limitFileSize() {}
