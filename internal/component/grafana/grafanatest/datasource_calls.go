package grafanatest

import (
	"context"
	"io"
	"net/http"
	"strings"
)

func (s *Server) listDataSources(*call) reply {
	list := []dataSourceListed{}
	for _, d := range s.dataSources() {
		list = append(list, d.listed())
	}
	return done(list)
}

func (s *Server) getDataSource(c *call) reply {
	d, ok := s.dataSourceByUID(c.PathValue("uid"))
	if !ok {
		return noDataSource()
	}
	return done(d.body())
}

func (s *Server) getDataSourceByName(c *call) reply {
	d, ok := s.dataSourceByName(c.PathValue("name"))
	if !ok {
		return noDataSource()
	}
	return done(d.body())
}

func (s *Server) createDataSource(c *call) reply {
	wanted, refusal := s.wantedDataSource(c, dataSource{})
	if refusal != nil {
		return *refusal
	}
	if wanted.UID == "" {
		wanted.UID = newShortUID()
	}
	wanted.Version = 0 // a new one begins with version 1
	d := s.storeDataSource(dataSource{ID: s.db.next("datasource")}, wanted)
	return done(object{"datasource": d.body(), "id": d.ID, "message": "Datasource added", "name": d.Name})
}

func (s *Server) updateDataSource(c *call) reply {
	d, ok := s.dataSourceByUID(c.PathValue("uid"))
	if !ok {
		return noDataSource()
	}
	if d.ReadOnly {
		return fail(http.StatusForbidden, "Cannot update read-only data source")
	}
	wanted, refusal := s.wantedDataSource(c, d)
	if refusal != nil {
		return *refusal
	}
	// Grafana lets a caller force an update with a higher version, and only refuses lower ones.
	if wanted.Version != 0 && wanted.Version < d.Version {
		return fail(http.StatusConflict, "Datasource has already been updated by someone else. Please reload and try again")
	}
	if wanted.UID == "" {
		wanted.UID = d.UID
	}
	d = s.storeDataSource(d, wanted)
	return done(object{"datasource": d.body(), "id": d.ID, "message": "Datasource updated", "name": d.Name})
}

// wantedDataSource reads what shall become of d, which is empty for a new one.
func (s *Server) wantedDataSource(c *call, d dataSource) (dataSourceWanted, *reply) {
	var wanted dataSourceWanted
	var refusal reply
	switch {
	case !c.decode(&wanted) || wanted.Name == "" || wanted.Type == "" || wanted.Access == "":
		refusal = fail(http.StatusBadRequest, "bad request data")
	case refuseUID(wanted.UID) != nil:
		refusal = failWith(http.StatusBadRequest, "datasource.uidInvalid", "Invalid datasource UID.")
	default:
		if other, taken := s.dataSourceByName(wanted.Name); taken && other.ID != d.ID {
			refusal = fail(http.StatusConflict, "data source with the same name already exists")
			break
		}
		if other, taken := s.dataSourceByUID(wanted.UID); taken && other.ID != d.ID {
			refusal = fail(http.StatusConflict, "data source with the same uid already exists")
			break
		}
		return wanted, nil
	}
	return wanted, &refusal
}

func (s *Server) deleteDataSource(c *call) reply {
	d, ok := s.dataSourceByUID(c.PathValue("uid"))
	if !ok {
		return noDataSource()
	}
	if d.ReadOnly {
		return fail(http.StatusForbidden, "Cannot delete read-only data source")
	}
	s.db.dataSources.remove(key(d.ID))
	return done(object{"id": d.ID, "message": "Data source deleted"})
}

// dataSourceHealth asks the Prometheus behind a data source, without holding
// the lock. Other types were not recorded.
func (s *Server) dataSourceHealth(c *call) reply {
	d, ok := s.dataSourceByUID(c.PathValue("uid"))
	if !ok {
		return noDataSource()
	}
	if d.Type != "prometheus" {
		return s.unknown(c)
	}
	ctx := c.Context()
	return reply{unlocked: func() reply {
		if problem := s.queryPrometheus(ctx, d); problem != "" {
			return failAs(http.StatusBadRequest, problem+" - There was an error returned querying the Prometheus API.", "ERROR")
		}
		return done(object{"message": "Successfully queried the Prometheus API.", "status": "OK"})
	}}
}

func (s *Server) queryPrometheus(ctx context.Context, d dataSource) string {
	address := strings.TrimSuffix(d.URL, "/") + "/api/v1/query"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("query=1%2B1"))
	if err != nil {
		return err.Error()
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if d.BasicAuth {
		request.SetBasicAuth(d.BasicAuthUser, d.Secrets["basicAuthPassword"])
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10)) // what can be had of it is enough
		return response.Status + ": " + string(text)
	}
	return ""
}
