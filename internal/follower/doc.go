// Package follower follows the files of a node: it publishes their lines on the bus, and
// answers requests for their bytes through a queue proxy. internal/tail says what to read.
//
// # Looking
//
// Files are looked at by stat (see internal/filewatch for why): ten times a second where
// something came within the last ten seconds, and every two seconds elsewhere, which is
// also how often the folders are searched for files that are new. A file is open only
// while it is read, so that ten thousand need no descriptors.
//
// # Publishing
//
// A line is published once the bus is there and has room; until then the file itself is
// the queue. Files that are there in the beginning are followed from their end, at a whole
// line, unless Config.FromStart says otherwise; those that come later from their start.
//
// # Answering
//
// The queue gives requests to its workers in turn and knows no names. The worker that gets
// a request for another node hands it on to that one over the bus, with the envelope, and
// that one answers: the ROUTER of a queue finds who asked by the envelope, whichever
// worker has sent it. So a request takes one hop more, however many nodes there are. What
// is lost on the way is asked again by who asked.
//
// Of a file that was rotated away, a node answers as long as the file is in the folder,
// under a name that begins with its old one, such as a.log.1: it knows it by the Proof in
// the request. Of those the newest 64 are looked at. Whoever has nothing yet is given the
// oldest of them, but only of those whose names go on as rotation has them, and that are
// not followed by themselves.
//
// # Bounds
//
// 100,000 files; 64 handed-over requests wait, further ones are forgotten.
package follower
