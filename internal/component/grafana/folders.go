package grafana

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-openapi-client-go/client/folders"
	"github.com/grafana/grafana-openapi-client-go/client/search"
	"github.com/grafana/grafana-openapi-client-go/models"
)

// folderUID is the uid of a folder that we make, by which we know it as ours.
func (g *session) folderUID(title string) string {
	return fmt.Sprintf("opp-%x", sha256.Sum256([]byte(g.stack+"\x00"+title)))[:24]
}

// putFolder returns the uid of the folder of that title: the one we made,
// another at the root, or a new one. Empty is the root.
func (g *session) putFolder(ctx context.Context, title string) (string, error) {
	if title == "" {
		return "", nil
	}
	uid := g.folderUID(title)
	ours, err := g.folder(ctx, uid)
	if err != nil || ours != nil && ours.Title == title {
		return uid, err
	}
	all, err := g.Folders.GetFolders(folders.NewGetFoldersParamsWithContext(ctx))
	if err != nil {
		return "", refusal("list folders", err)
	}
	for _, f := range all.Payload {
		if f.Title == title {
			return f.UID, nil
		}
	}
	if ours != nil {
		// Somebody renamed it. It is named like this because a dashboard says so.
		_, err = g.Folders.UpdateFolderWithParams(folders.NewUpdateFolderParamsWithContext(ctx).WithFolderUID(uid).
			WithBody(&models.UpdateFolderCommand{Title: title, Overwrite: true}))
	} else {
		_, err = g.Folders.CreateFolderWithParams(folders.NewCreateFolderParamsWithContext(ctx).
			WithBody(&models.CreateFolderCommand{UID: uid, Title: title}))
	}
	if err == nil {
		return uid, nil
	}
	// Another dashboard may have made it at the same moment, which Grafana says in
	// several ways.
	if made, unread := g.folder(ctx, uid); unread == nil && made != nil && made.Title == title {
		return uid, nil
	}
	return "", refusal(fmt.Sprintf("make folder %q", title), err)
}

// folder reads one; nil if there is none.
func (g *session) folder(ctx context.Context, uid string) (*models.Folder, error) {
	answer, err := g.Folders.GetFolderByUIDWithParams(folders.NewGetFolderByUIDParamsWithContext(ctx).WithFolderUID(uid))
	if status(err) == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, refusal(fmt.Sprintf("read folder %q", uid), err)
	}
	return answer.Payload, nil
}

// removeFolder removes the folder of that title if we made it and nothing but
// the dashboard that has just left it is still listed there.
func (g *session) removeFolder(ctx context.Context, title, left string) error {
	uid := g.folderUID(title)
	ours, err := g.folder(ctx, uid)
	if err != nil || ours == nil {
		return err
	}
	inside, err := g.Search.Search(search.NewSearchParamsWithContext(ctx).WithFolderUIDs([]string{uid}))
	if err != nil {
		return refusal(fmt.Sprintf("look into folder %q", title), err)
	}
	for _, hit := range inside.Payload {
		if hit.UID != left {
			return nil
		}
	}
	_, err = g.Folders.DeleteFolder(folders.NewDeleteFolderParamsWithContext(ctx).WithFolderUID(uid))
	switch status(err) {
	case http.StatusNotFound, http.StatusBadRequest, http.StatusForbidden:
		// It is gone, or holds what the search does not show, such as alert
		// rules, and stays.
		return nil
	}
	if err != nil {
		return refusal(fmt.Sprintf("delete folder %q", title), err)
	}
	return nil
}
