// Package scenetest draws random houses that a scenes.toml can say, and writes them
// as one: for tests that play them, and for the test that Load takes what is written
// and gives the same house.
package scenetest
