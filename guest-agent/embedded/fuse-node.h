// SPDX-License-Identifier: Apache-2.0
// The names that the kernel holds of a fuse-drive: a tree of nodes, whose numbers are inodes.
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define FUSE_NODE_ROOT 1

typedef struct FuseNode {
    uint64_t id;
    struct FuseNode *parent; // NULL: the root, or what has lost its name
    char *name;
    uint64_t lookups;     // that the kernel has to forget
    GHashTable *children; // name -> FuseNode
} FuseNode;

typedef struct FuseNodes {
    GHashTable *by_id;
    FuseNode *root;
    uint64_t last;
} FuseNodes;

void fuse_nodes_init(FuseNodes *nodes);
void fuse_nodes_clear(FuseNodes *nodes);
FuseNode *fuse_nodes_find(const FuseNodes *nodes, uint64_t id);
FuseNode *fuse_nodes_look_up(FuseNodes *nodes, FuseNode *parent, const char *name); // one more lookup
void fuse_nodes_forget(FuseNodes *nodes, uint64_t id, uint64_t lookups);
void fuse_nodes_unlink(FuseNodes *nodes, FuseNode *parent, const char *name);
void fuse_nodes_rename(FuseNodes *nodes, FuseNode *parent, const char *name, FuseNode *to,
                       const char *to_name);

// The drive that a node is on, and "\a\b" below it ("" for the drive itself); a further name may be added.
// NULL: the root, or a node without a name. Owned by the caller.
char *fuse_node_path(const FuseNode *node, const char *name, const char **ret_drive);
