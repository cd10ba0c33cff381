package grafanatest

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// dataSourceFile is a file in provisioning/datasources.
type dataSourceFile struct {
	DataSources []struct {
		dataSourceWanted `yaml:",inline"`
		Editable         bool `yaml:"editable"`
	} `yaml:"datasources"`
	Delete []struct {
		Name string `yaml:"name"`
	} `yaml:"deleteDatasources"`
	Prune bool `yaml:"prune"`
}

// provisionDataSources brings the data sources to what the files below the
// provisioning directory say. As in Grafana, a data source is known by its name.
func (s *Server) provisionDataSources(provisioning string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var files []dataSourceFile
	if err := readYAMLFiles(filepath.Join(provisioning, "datasources"), &files); err != nil {
		return err
	}
	names, defaults, prune := []string{}, 0, false
	for _, file := range files {
		prune = prune || file.Prune
		for _, wanted := range file.DataSources {
			names = append(names, wanted.Name)
			if wanted.IsDefault {
				defaults++
			}
		}
		for _, gone := range file.Delete {
			if d, ok := s.dataSourceByName(gone.Name); ok {
				s.db.dataSources.remove(key(d.ID))
			}
		}
	}
	if defaults > 1 {
		return fmt.Errorf("cannot provision data sources: only one may be marked as default, and %d are", defaults)
	}
	for _, d := range s.dataSources() {
		if prune && d.Provisioned && !slices.Contains(names, d.Name) {
			s.db.dataSources.remove(key(d.ID))
		}
	}
	for _, file := range files {
		for _, wanted := range file.DataSources {
			if err := s.provisionDataSource(wanted.dataSourceWanted, !wanted.Editable); err != nil {
				return fmt.Errorf("cannot provision data source %q: %v", wanted.Name, err)
			}
		}
	}
	return s.db.commit()
}

func (s *Server) provisionDataSource(wanted dataSourceWanted, readOnly bool) error {
	if wanted.Name == "" || wanted.Type == "" {
		return fmt.Errorf("name and type must be set")
	}
	wanted.Access = cmp.Or(wanted.Access, "proxy")
	if wanted.UID == "" {
		wanted.UID = strings.ToUpper(fmt.Sprintf("P%x", sha256.Sum256([]byte(wanted.Name))))[:17]
	}
	if refuseUID(wanted.UID) != nil {
		return fmt.Errorf("invalid uid %q", wanted.UID)
	}
	d, exists := s.dataSourceByName(wanted.Name)
	if other, taken := s.dataSourceByUID(wanted.UID); taken && other.ID != d.ID {
		return fmt.Errorf("data source with the same uid already exists: %q", wanted.UID)
	}
	if !exists {
		d.ID = s.db.next("datasource")
	}
	d.ReadOnly, d.Provisioned = readOnly, true
	s.storeDataSource(d, wanted)
	return nil
}

// readYAMLFiles appends the files of a directory, in the order of their names,
// to list. Values are expanded as Grafana does: $NAME, ${NAME}, $__file{path},
// and $$ for a dollar sign. A directory that is not there has no files.
func readYAMLFiles[T any](dir string, list *[]T) error {
	for _, pattern := range []string{"*.yaml", "*.yml"} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		for _, path := range paths {
			var document yaml.Node
			var file T
			text, err := os.ReadFile(path)
			if err == nil {
				err = yaml.Unmarshal(text, &document)
			}
			if err == nil {
				err = expandValues(&document)
			}
			if err == nil && !document.IsZero() {
				err = document.Decode(&file)
			}
			if err != nil {
				return fmt.Errorf("cannot read provisioning file %q: %v", path, err)
			}
			*list = append(*list, file)
		}
	}
	return nil
}

// expandValues expands the text values below a node, not the keys.
func expandValues(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode && node.Tag == "!!str" {
		parts := strings.Split(node.Value, "$$")
		for i, part := range parts {
			expanded, err := expand(part)
			if err != nil {
				return err
			}
			parts[i] = os.ExpandEnv(expanded)
		}
		node.Value = strings.Join(parts, "$")
	}
	for i, below := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			continue
		}
		if err := expandValues(below); err != nil {
			return err
		}
	}
	return nil
}
