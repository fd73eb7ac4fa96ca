// Package message is a bus message and its form on the wire: frame 0 is the
// topic, frame 1 the payload, frame 2 (optional) the meta, a JSON object. In
// Python: topic, payload, *meta = socket.recv_multipart().
//
// A message without meta is a full citizen: it gets no invented one. A message
// with one frame has no payload. Frames beyond the third are kept as they are.
// Parsing never fails: what has frames is a message, and a meta frame that is
// no meta is kept as it stands in More and says nothing of who sent it.
//
// Ids and times come from outside (IDs, now), so that a run in virtual time is
// the same run every time.
package message
