package spectest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Block is the receiver of a channel as a user writes it in Terraform, such as
// slack = …: absent fields left out, secrets by their write-only attributes with
// version 1. value tells their values.
func Block(c spec.Channel, value func(*spec.Secret) string) string {
	receiver := c.Receivers()[0]
	text, err := json.Marshal(written(reflect.ValueOf(receiver.Receiver), value))
	if err != nil {
		panic(err)
	}
	// Terraform's strings are JSON's, but for two beginnings of templates.
	literal, err := json.Marshal(string(text))
	if err != nil {
		panic(err)
	}
	literal = []byte(strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(literal)))
	return fmt.Sprintf("%s = jsondecode(%s)", receiver.Kind, literal)
}

func written(v reflect.Value, secretValue func(*spec.Secret) string) any {
	switch v.Kind() {
	case reflect.Pointer:
		return written(v.Elem(), secretValue)
	case reflect.Struct:
		fields := map[string]any{}
		for _, f := range reflect.VisibleFields(v.Type()) {
			name, _ := spec.WireName(f)
			field := v.FieldByIndex(f.Index)
			if name == "" || field.IsZero() {
				continue
			}
			if secret, ok := field.Interface().(*spec.Secret); ok {
				name = strings.TrimSuffix(name, "_wo")
				fields[name+"_wo"], fields[name+"_wo_version"] = secretValue(secret), 1
				continue
			}
			fields[name] = written(field, secretValue)
		}
		return fields
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = written(v.Index(i), secretValue)
		}
		return list
	default:
		return v.Interface()
	}
}
