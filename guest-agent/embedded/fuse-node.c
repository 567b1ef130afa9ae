// SPDX-License-Identifier: Apache-2.0
// A node lives as long as the kernel knows it or it has children. One whose file was deleted loses its name
// but not its number. Owned by the FuseDrive.
#include "guest-agent/embedded/fuse-node.h"

static FuseNode *node_new(FuseNodes *nodes, FuseNode *parent, const char *name) {
    FuseNode *node = g_new0(FuseNode, 1);
    node->id = ++nodes->last;
    node->parent = parent;
    node->name = g_strdup(name);
    node->children = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(nodes->by_id, &node->id, node);
    if (parent)
        g_hash_table_insert(parent->children, node->name, node);
    return node;
}

static void node_free(gpointer data) {
    FuseNode *node = data;
    g_hash_table_unref(node->children);
    g_free(node->name);
    g_free(node);
}

void fuse_nodes_init(FuseNodes *nodes) {
    nodes->by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, node_free);
    nodes->last = 0;
    nodes->root = node_new(nodes, NULL, "");
    nodes->root->lookups = 1;
}

void fuse_nodes_clear(FuseNodes *nodes) {
    g_clear_pointer(&nodes->by_id, g_hash_table_unref);
}

FuseNode *fuse_nodes_find(const FuseNodes *nodes, uint64_t id) {
    return g_hash_table_lookup(nodes->by_id, &id);
}

static void detach(FuseNode *node) {
    if (node->parent)
        g_hash_table_remove(node->parent->children, node->name);
    node->parent = NULL;
}

static void drop_unused(FuseNodes *nodes, FuseNode *node) {
    while (node && node != nodes->root && !node->lookups && !g_hash_table_size(node->children)) {
        FuseNode *parent = node->parent;
        detach(node);
        g_hash_table_remove(nodes->by_id, &node->id);
        node = parent;
    }
}

FuseNode *fuse_nodes_look_up(FuseNodes *nodes, FuseNode *parent, const char *name) {
    FuseNode *node = g_hash_table_lookup(parent->children, name);
    if (!node)
        node = node_new(nodes, parent, name);
    node->lookups++;
    return node;
}

void fuse_nodes_forget(FuseNodes *nodes, uint64_t id, uint64_t lookups) {
    FuseNode *node = fuse_nodes_find(nodes, id);
    if (!node)
        return;
    node->lookups -= MIN(node->lookups, lookups);
    drop_unused(nodes, node);
}

void fuse_nodes_unlink(FuseNodes *nodes, FuseNode *parent, const char *name) {
    FuseNode *node = g_hash_table_lookup(parent->children, name);
    if (!node)
        return;
    detach(node);
    drop_unused(nodes, node);
}

void fuse_nodes_rename(FuseNodes *nodes, FuseNode *parent, const char *name, FuseNode *to,
                       const char *to_name) {
    FuseNode *node = g_hash_table_lookup(parent->children, name);
    if (!node)
        return;
    fuse_nodes_unlink(nodes, to, to_name);
    detach(node);
    g_free(node->name);
    node->name = g_strdup(to_name);
    node->parent = to;
    g_hash_table_insert(to->children, node->name, node);
}

char *fuse_node_path(const FuseNode *node, const char *name, const char **ret_drive) {
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (name)
        g_ptr_array_add(names, (char *)name);
    for (; node && node->parent; node = node->parent)
        g_ptr_array_add(names, node->name);
    if (!node || node->id != FUSE_NODE_ROOT || !names->len)
        return NULL;
    *ret_drive = g_ptr_array_index(names, names->len - 1);
    GString *path = g_string_new(NULL);
    for (guint i = names->len - 1; i-- > 0;)
        g_string_append_printf(path, "\\%s", (const char *)g_ptr_array_index(names, i));
    return g_string_free(path, FALSE);
}
