package logsource

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Logs that the stack's collector reads or takes, and what is made of them before Loki stores them. " +
			"Exactly one of `files`, `journald`, `docker` and `otlp` says where they come from. The stack must have the blocks `loki` and `collector`.",
		Attributes: map[string]schema.Attribute{
			"id":       tfkit.ID("Import id, `STACK/NAME`."),
			"stack":    tfkit.Stack(),
			"name":     tfkit.Identity(fmt.Sprintf("Name of the source, which identifies it within the stack and becomes the index label `%s`.", spec.LogSourceLabel)),
			"files":    filesAttribute(),
			"journald": journaldAttribute(),
			"docker":   dockerAttribute(),
			"otlp":     otlpAttribute(),
			"labels": tfkit.OptionalMap("Index labels with a fixed value, such as `{ service = \"api\" }`. " +
				"Queries begin with index labels, and every combination of their values is a stream of its own: keep them few. What else a record says is stored with it and can be searched as well."),
			"label_fields": tfkit.OptionalMap("Index labels whose value comes from a field of the parsed record, label → field; for `otlp` from an attribute of the resource. " +
				"Only for fields with few values: those known to have many, such as `request_id`, `user_id` or `path`, are refused."),
			"parse": tfkit.Block("How fields are made of a line. A line that cannot be parsed is stored as it is.",
				parseAttributes(), newParse(parse{}, defaultParse())),
			"multiline": multilineAttribute(),
			"drop": tfkit.OptionalStrings("Conditions on the parsed record; a record that one of them holds for is not stored. " +
				"They are written in the [expr language](https://expr-lang.org/docs/language-definition) over `severity`, `body` and `attributes[\"name\"]`, or in short the field's name where it is an identifier, " +
				"such as `severity == \"debug\"` or `path == \"/healthz\" && status == 200`. There are no loops, and a condition that cannot be evaluated, " +
				"as when a field is missing, does not hold."),
			"samples": schema.ListNestedAttribute{
				MarkdownDescription: "Lines, and what shall become of them: lines of a file, what a container prints, or a message of the journal. They are checked " +
					"in the plan with the collector's own parsers, and change nothing that runs. Defaults to `[]`.",
				Optional:     true,
				Computed:     true,
				Default:      listdefault.StaticValue(types.ListValueMust(schema.NestedAttributeObject{Attributes: sampleAttributes()}.Type(), nil)),
				NestedObject: schema.NestedAttributeObject{Attributes: sampleAttributes()},
				Validators:   []validator.List{listvalidator.NoNullValues()},
			},
			"drift": tfkit.Drift(),
		},
	}
}

// defaultParse is what a source without a block parse has.
func defaultParse() spec.LogParse {
	var s spec.LogSource
	spec.WithDefaults(&s)
	return s.Parse
}

func optionalBlock(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{MarkdownDescription: description, Optional: true, Attributes: attributes}
}

func required(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Required: true}
}

func filesAttribute() schema.SingleNestedAttribute {
	return optionalBlock("Read files that grow. Where reading stopped is remembered, also while files are rotated.", map[string]schema.Attribute{
		"include": schema.ListAttribute{
			MarkdownDescription: "Absolute paths, which may have the wildcards `*`, `?`, and `**` for any folders below. Compressed files are read only if one of them ends in `.gz`, and then all of what is in them.",
			ElementType:         types.StringType,
			Required:            true,
			Validators:          []validator.List{listvalidator.NoNullValues()},
		},
		"exclude": tfkit.OptionalStrings("Paths among these that are not read."),
		"start_at": tfkit.String(fmt.Sprintf("Where to begin in a file that was there before the source: `%s` or `%s`.",
			spec.StartAtEnd, spec.StartAtBeginning), spec.StartAtEnd),
	})
}

func journaldAttribute() schema.SingleNestedAttribute {
	return optionalBlock("Read the journal of systemd. The message is the line, the entry's other fields are fields of the record.", map[string]schema.Attribute{
		"units": tfkit.OptionalStrings("Units to read, such as `nginx.service`; all if empty."),
		"priority": tfkit.String("Least important priority to read: `emerg`, `alert`, `crit`, `err`, `warning`, `notice`, `info` or `debug`.",
			"info"),
		"directory": tfkit.Optional("Directory of the journal. Left out, it is the system's own."),
	})
}

func dockerAttribute() schema.SingleNestedAttribute {
	return optionalBlock("Read what containers print, as Docker's `json-file` driver keeps it. "+
		"The fields `container_id` and `log.iostream` (`stdout` or `stderr`) say who said it.", map[string]schema.Attribute{
		"directory": tfkit.String("Directory that has a folder for each container.", spec.DockerDirectory),
	})
}

func otlpAttribute() schema.SingleNestedAttribute {
	return optionalBlock("Take records that applications send to the collector over OTLP (HTTP), at `endpoints.collector` of the stack. "+
		"They are finished records: `parse`, `multiline`, `drop` and `samples` are for lines.", map[string]schema.Attribute{
		"match": tfkit.OptionalMap("Resource attributes, all of which a record must have to belong to this source, such as `{ \"service.name\" = \"api\" }`. " +
			"Empty takes every record that no other source takes. Where several match, the one that demands most takes it."),
	})
}

func parseAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"format": tfkit.String(fmt.Sprintf("Format of the lines: `%s`, `%s`, `%s` or `%s`.",
			spec.LogFormatJSON, spec.LogFormatLogfmt, spec.LogFormatRegex, spec.LogFormatNone), spec.LogFormatNone),
		"pattern": tfkit.Optional("Regular expression (RE2) of the format `regex`, whose named groups become fields, such as `^(?P<level>\\w+) (?P<text>.*)$`."),
		"timestamp": optionalBlock("Take the time of the record from a field. Left out, it is the time at which it was read.", map[string]schema.Attribute{
			"field": required("Name of the field."),
			"layout": required("How the time is written: strptime directives such as `%Y-%m-%d %H:%M:%S`, a layout of Go such as `2006-01-02T15:04:05.999Z07:00`, or the unit of " +
				"an epoch, one of " + enumerate(spec.EpochLayouts()) + "."),
			"location": tfkit.Optional("Time zone of times that name none, such as `Europe/Berlin`. Left out, it is UTC."),
		}),
		"severity": optionalBlock("Take the severity of the record from a field: one of "+enumerate(spec.LogSeverities())+". "+
			"Left out, records have none, but those of the journal have their `PRIORITY`.", map[string]schema.Attribute{
			"field": required("Name of the field. The usual values are understood, such as `WARN`, `warning` and `err`."),
			"mapping": schema.MapAttribute{
				MarkdownDescription: "Further values by the severity that they mean, such as `{ error = [\"E\", \"5xx\"] }`, whatever their case; " +
					"`2xx` to `5xx` stand for a hundred numbers each. Defaults to `{}`.",
				ElementType: types.ListType{ElemType: types.StringType},
				Optional:    true,
				Computed:    true,
				Default:     mapdefault.StaticValue(tfkit.MapOfStringLists(nil)),
				Validators:  []validator.Map{mapvalidator.NoNullValues()},
			},
		}),
	}
}

func multilineAttribute() schema.SingleNestedAttribute {
	return optionalBlock("Join the lines of `files` or `docker` to records. Exactly one of the patterns is set.", map[string]schema.Attribute{
		"line_start_pattern": tfkit.Optional("Regular expression (RE2) that matches where a record begins, such as `^\\d{4}-`."),
		"line_end_pattern":   tfkit.Optional("Regular expression (RE2) that matches where a record ends."),
	})
}

func sampleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"line": required("A record as it is written. It may have line breaks where `multiline` is set."),
		"expect": schema.SingleNestedAttribute{
			MarkdownDescription: "What shall become of it. What is left out is not compared, but that the record is kept.",
			Required:            true,
			Attributes: map[string]schema.Attribute{
				"severity":   tfkit.Optional("Severity, one of " + enumerate(spec.LogSeverities()) + "."),
				"body":       tfkit.Optional("The line as it is stored."),
				"timestamp":  tfkit.Optional("Time in RFC 3339 form. Its year is not compared if the layout has none."),
				"attributes": tfkit.OptionalMap("Fields that the record must have, among others; numbers and booleans as JSON writes them."),
				"dropped":    tfkit.Bool("Whether a condition of `drop` holds.", false),
			},
		},
	}
}

// enumerate lists values in Markdown.
func enumerate(values []string) string { return "`" + strings.Join(values, "`, `") + "`" }
