package logpipeline

// maxRecord bounds records that are joined of several, in bytes. It is the
// longest line that Loki takes.
const maxRecord = 256 << 10

// unwrap undoes what the origin puts around a line.
func (s Source) unwrap() []step {
	var operators []Operator
	switch s.Origin {
	case Files:
	case Docker:
		operators = unwrapDocker()
	case Journal:
		operators = unwrapJournal()
	}
	var all []step
	for _, operator := range operators {
		all = append(all, step{"", operator})
	}
	return all
}

// dockerStream is what tells apart the outputs of a container while lines are joined.
const dockerStream = `attributes["opp.stream"]`

// unwrapDocker takes the line out of Docker's JSON, with time and output, joins
// the pieces of 16 KiB in which Docker writes long lines, and finds the
// container in the name of the file.
func unwrapDocker() []Operator {
	return []Operator{
		quietly("container", Operator{"format": "docker", "add_metadata_from_filepath": false}),
		quietly("add", Operator{
			"field": dockerStream,
			"value": `EXPR((attributes["log.file.path"] ?? "") + ":" + (attributes["log.iostream"] ?? ""))`,
		}),
		quietly("recombine", Operator{
			"if":            `attributes["log.iostream"] != nil`,
			"combine_field": "body", "combine_with": "", "is_last_entry": `body endsWith "\n"`,
			"source_identifier": dockerStream, "max_log_size": maxRecord,
		}),
		quietly("regex_parser", Operator{
			"parse_from": attribute("log.file.name"), "regex": `^(?P<container_id>.+)-json\.log`,
		}),
		quietly("remove", Operator{"field": attribute("log.file.name")}),
		quietly("remove", Operator{"field": attribute("log.file.path")}),
	}
}

// unwrapJournal makes attributes of the fields of an entry.
func unwrapJournal() []Operator {
	return []Operator{
		quietly("move", Operator{"from": "body", "to": attribute("journal")}),
		quietly("flatten", Operator{"field": attribute("journal")}),
		quietly("move", Operator{"from": attribute("MESSAGE"), "to": "body"}),
	}
}

// join makes records of the lines of a container, as the receiver of files does
// by itself: blanks at the end and empty records are left out.
func (s Source) join() []step {
	if s.Origin != Docker {
		return nil
	}
	all := []step{{"", quietly("regex_replace", Operator{"field": "body", "regex": `\s+$`, "replace_with": ""})}}
	if m := s.Multiline; m != nil {
		path, condition, pattern := "multiline.line_start_pattern", "is_first_entry", m.Start
		if pattern == "" {
			path, condition, pattern = "multiline.line_end_pattern", "is_last_entry", m.End
		}
		all = append(all, step{path, quietly("recombine", Operator{
			condition:       "body matches " + quote(pattern),
			"combine_field": "body", "combine_with": "\n",
			"source_identifier": dockerStream, "max_log_size": maxRecord, "force_flush_period": "1s",
		})})
	}
	return append(all,
		step{"", quietly("remove", Operator{"field": dockerStream})},
		step{"", quietly("filter", Operator{"expr": `body == ""`})})
}
