package main

import (
	"testing"

	"homebus/internal/cli/clitest"
)

func TestMain(m *testing.M) { clitest.Main(m, "mirror", main) }

func TestScripts(t *testing.T) { clitest.Run(t) }
