package epgm

import "encoding/binary"

// The options that matter here (RFC 3208, section 9); others are skipped.
const (
	optionLength   = 0x00 // always the first: how long all of them are
	optionFragment = 0x01
	optionNAKList  = 0x02
	optionFIN      = 0x0e

	optionLast = 0x80 // a bit of the type
	// lengthSize is how long optionLength is, optionSize the least length of all others,
	// listHead what stands before a NAK list's numbers.
	lengthSize = 4
	optionSize = 3
	listHead   = 4
)

// maxList is how many further packets a NAK or NCF may speak of: an option's length is
// one byte.
const maxList = (0xff - listHead) / 4

// parseOptions reads the options at the start of b, if the flags of the header say that
// there are any, and returns what follows them.
func (p *packet) parseOptions(flags byte, b []byte) (rest []byte, err error) {
	if flags&flagOptions == 0 {
		return b, nil
	}
	if len(b) < lengthSize || b[0]&^optionLast != optionLength || b[1] != lengthSize {
		return nil, errOptions
	}
	total := int(binary.BigEndian.Uint16(b[2:]))
	if total < lengthSize || total > len(b) {
		return nil, errOptions
	}
	options := b[lengthSize:total]
	for len(options) > 0 {
		if len(options) < optionSize || int(options[1]) < optionSize || int(options[1]) > len(options) {
			return nil, errOptions
		}
		option := options[:options[1]]
		options = options[options[1]:]
		if err := p.option(option); err != nil {
			return nil, err
		}
		if option[0]&optionLast != 0 {
			break
		}
	}
	return b[total:], nil
}

func (p *packet) option(b []byte) error {
	switch b[0] &^ optionLast {
	case optionFragment:
		p.foreign = true
	case optionFIN:
		p.fin = true
	case optionNAKList:
		if len(b) < listHead || (len(b)-listHead)%4 != 0 {
			return errOptions
		}
		p.list = b[listHead:]
	}
	return nil
}
