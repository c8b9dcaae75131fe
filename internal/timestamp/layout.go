package timestamp

import (
	"encoding/asn1"
	"errors"
)

// errTrailing is data after a value, or an element that its sequence does not define.
var errTrailing = errors.New("data that belongs to no field")

type element struct {
	class, tag int
	optional   bool
}

func universal(tag int) element { return element{class: asn1.ClassUniversal, tag: tag} }
func optional(tag int) element  { return element{class: asn1.ClassUniversal, tag: tag, optional: true} }
func optionalTag(tag int) element {
	return element{class: asn1.ClassContextSpecific, tag: tag, optional: true}
}
func explicitTag(tag int) element { return element{class: asn1.ClassContextSpecific, tag: tag} }

// The layouts of RFC 3161 and RFC 5652. They are checked here because encoding/asn1 ignores elements after known ones.
var (
	responseLayout    = []element{universal(asn1.TagSequence), optional(asn1.TagSequence)}
	statusInfoLayout  = []element{universal(asn1.TagInteger), optional(asn1.TagSequence), optional(asn1.TagBitString)}
	contentInfoLayout = []element{universal(asn1.TagOID), explicitTag(0)}
	signedDataLayout  = []element{
		universal(asn1.TagInteger), universal(asn1.TagSet), universal(asn1.TagSequence), optionalTag(0), optionalTag(1),
		universal(asn1.TagSet),
	}
	signerInfoLayout = []element{
		universal(asn1.TagInteger), universal(asn1.TagSequence), universal(asn1.TagSequence), optionalTag(0),
		universal(asn1.TagSequence), universal(asn1.TagOctetString), optionalTag(1),
	}
	tstInfoLayout = []element{
		universal(asn1.TagInteger), universal(asn1.TagOID), universal(asn1.TagSequence), universal(asn1.TagInteger),
		universal(asn1.TagGeneralizedTime), optional(asn1.TagSequence), optional(asn1.TagBoolean),
		optional(asn1.TagInteger), optionalTag(0), optionalTag(1),
	}
)

// single returns the contents of the only value in der, which must have the universal tag.
func single(der []byte, tag int) ([]byte, error) {
	var value asn1.RawValue
	rest, err := asn1.Unmarshal(der, &value)
	switch {
	case err != nil:
		return nil, err
	case value.Class != asn1.ClassUniversal || value.Tag != tag:
		return nil, errors.New("a field is of another type")
	case len(rest) > 0:
		return nil, errTrailing
	}
	return value.Bytes, nil
}

// split returns one element for each in layout; a missing optional element is zero.
func split(contents []byte, layout []element) ([]asn1.RawValue, error) {
	values := make([]asn1.RawValue, len(layout))
	for i, want := range layout {
		if len(contents) == 0 && want.optional {
			continue
		}
		var value asn1.RawValue
		rest, err := asn1.Unmarshal(contents, &value)
		switch {
		case err != nil:
			return nil, err
		case value.Class == want.class && value.Tag == want.tag:
			values[i], contents = value, rest
		case !want.optional:
			return nil, errors.New("a field is missing or of another type")
		}
	}
	if len(contents) > 0 {
		return nil, errTrailing
	}
	return values, nil
}

// splitSingle returns the elements of the only sequence in der.
func splitSingle(der []byte, layout []element) ([]asn1.RawValue, error) {
	contents, err := single(der, asn1.TagSequence)
	if err != nil {
		return nil, err
	}
	return split(contents, layout)
}

// checkLayout rejects data that belongs to no field of a response or its token.
func checkLayout(response []byte) *Error {
	err := walk(response)
	switch {
	case errors.Is(err, errTrailing):
		return &Error{Kind: KindTrailingData}
	case err != nil:
		return &Error{Kind: KindMalformed, Err: err}
	}
	return nil
}

// walk checks the response, the token, its signers and its signed content.
func walk(response []byte) error {
	fields, err := splitSingle(response, responseLayout)
	if err != nil {
		return err
	}
	if _, err := split(fields[0].Bytes, statusInfoLayout); err != nil {
		return err
	}
	if len(fields[1].FullBytes) == 0 {
		return nil // the status explains the missing token
	}
	info, err := split(fields[1].Bytes, contentInfoLayout)
	if err != nil {
		return err
	}
	data, err := splitSingle(info[1].Bytes, signedDataLayout)
	if err != nil {
		return err
	}
	for signers := data[5].Bytes; len(signers) > 0; {
		var signer asn1.RawValue
		if signers, err = asn1.Unmarshal(signers, &signer); err != nil {
			return err
		}
		if _, err := split(signer.Bytes, signerInfoLayout); err != nil {
			return err
		}
	}
	encapsulated, err := split(data[2].Bytes, contentInfoLayout)
	if err != nil {
		return err
	}
	content, err := single(encapsulated[1].Bytes, asn1.TagOctetString)
	if err != nil {
		return err
	}
	_, err = splitSingle(content, tstInfoLayout)
	return err
}
