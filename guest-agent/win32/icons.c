// SPDX-License-Identifier: Apache-2.0
// Extracts icons at every size they are stored in, as BGRA with straight alpha. Owned by the publishing
// instance; used from its loop only. Keeps encoded sets up to a budget and reads the file again beyond it.
// Never draws: pixels come from the icon's own bitmaps, so nothing is scaled.
#include "guest-agent/win32/icons.h"

#include "guest-agent/win32/wide.h"
#include "rail/catalogue-message.h"
#include "rail/mem.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define SIZES_READ   64
#define ENTRIES_MAX  16384
#define CACHE_BUDGET (16u << 20)

typedef struct IconEntry {
    wchar_t *file;
    int index;
    FILETIME written;
    DWORD file_size;
    uint64_t hash;
    uint8_t *bytes; // NULL: beyond the budget, or no icon
    size_t size;
} IconEntry;

struct Icons {
    IconEntry *entries;
    size_t count, capacity, cached;
};

#pragma pack(push, 2)
typedef struct GroupEntry { // of RT_GROUP_ICON
    BYTE width, height, colours, reserved;
    WORD planes, bits;
    DWORD bytes;
    WORD id;
} GroupEntry;
#pragma pack(pop)

typedef struct GroupSearch {
    int index, at;
    HRSRC found;
} GroupSearch;

static BOOL CALLBACK on_group(HMODULE module, LPCWSTR type, LPWSTR name, LONG_PTR parameter) {
    GroupSearch *search = (GroupSearch *)parameter;
    bool is_it = search->index >= 0 ? search->at == search->index
                                    : IS_INTRESOURCE(name) && (int)(ULONG_PTR)name == -search->index;
    search->at++;
    if (is_it)
        search->found = FindResourceW(module, name, type);
    return !is_it;
}

static bool add_size(int *sizes, size_t *count, int size) {
    if (size == 0)
        size = 256;
    for (size_t i = 0; i < *count; i++)
        if (sizes[i] == size)
            return false;
    if (size < 1 || size > RASTER_SIDE_MAX || *count == SIZES_READ)
        return false;
    sizes[(*count)++] = size;
    return true;
}

static size_t sizes_of_group(HMODULE module, HRSRC resource, int *ret_sizes) {
    size_t count = 0, size = SizeofResource(module, resource);
    HGLOBAL loaded = LoadResource(module, resource);
    const uint8_t *bytes = loaded ? LockResource(loaded) : NULL;
    if (!bytes || size < 6)
        return 0;
    WORD entries;
    memcpy(&entries, bytes + 4, sizeof entries);
    for (size_t i = 0; i < entries && 6 + (i + 1) * sizeof(GroupEntry) <= size; i++)
        add_size(ret_sizes, &count, bytes[6 + i * sizeof(GroupEntry)]);
    return count;
}

static size_t sizes_of_ico(const wchar_t *file, int *ret_sizes) {
    uint8_t bytes[6 + 16 * SIZES_READ];
    DWORD size = 0;
    size_t count = 0;
    HANDLE handle = CreateFileW(file, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return 0;
    if (!ReadFile(handle, bytes, sizeof bytes, &size, NULL))
        size = 0;
    CloseHandle(handle);
    if (size < 6 || bytes[0] || bytes[1] || bytes[2] != 1 || bytes[3])
        return 0;
    size_t entries = bytes[4] | bytes[5] << 8;
    for (size_t i = 0; i < entries && 6 + (i + 1) * 16 <= size; i++)
        add_size(ret_sizes, &count, bytes[6 + i * 16]);
    return count;
}

static size_t sizes_of(const wchar_t *file, int index, int *ret_sizes) {
    GroupSearch search = {.index = index};
    size_t count = 0;
    HMODULE module = LoadLibraryExW(file, NULL, LOAD_LIBRARY_AS_DATAFILE);
    if (!module)
        return sizes_of_ico(file, ret_sizes);
    EnumResourceNamesW(module, (LPCWSTR)RT_GROUP_ICON, on_group, (LONG_PTR)&search);
    if (search.found)
        count = sizes_of_group(module, search.found, ret_sizes);
    FreeLibrary(module);
    return count;
}

static bool get_bits(HBITMAP bitmap, int width, int height, uint8_t *ret_bgra) {
    BITMAPINFO info = {.bmiHeader = {.biSize = sizeof info.bmiHeader,
                                     .biWidth = width,
                                     .biHeight = -height,
                                     .biPlanes = 1,
                                     .biBitCount = 32}};
    HDC dc = GetDC(NULL);
    int lines = dc ? GetDIBits(dc, bitmap, 0, (UINT)height, ret_bgra, &info, DIB_RGB_COLORS) : 0;
    if (dc)
        ReleaseDC(NULL, dc);
    return lines == height;
}

// Icons without an alpha channel: opaque where the mask is black.
static void alpha_from_mask(Raster *raster, HBITMAP mask) {
    size_t size = (size_t)raster->width * raster->height * 4;
    bool has_alpha = false;
    for (size_t i = 3; i < size && !has_alpha; i += 4)
        has_alpha = raster->bgra[i] != 0;
    if (has_alpha)
        return;
    uint8_t *bits = mem_new(size);
    bool got = get_bits(mask, raster->width, raster->height, bits);
    for (size_t i = 0; i < size; i += 4)
        raster->bgra[i + 3] = got && bits[i] ? 0 : 255;
    free(bits);
}

static Raster *raster_from_icon(HICON icon, int size) {
    ICONINFO info;
    BITMAP bitmap = {0};
    Raster *raster = NULL;
    if (!GetIconInfo(icon, &info))
        return NULL;
    if (info.hbmColor && GetObjectW(info.hbmColor, sizeof bitmap, &bitmap) && bitmap.bmWidth == size)
        raster = raster_new((uint32_t)bitmap.bmWidth, (uint32_t)bitmap.bmHeight);
    if (raster && get_bits(info.hbmColor, raster->width, raster->height, raster->bgra)) {
        alpha_from_mask(raster, info.hbmMask);
    } else {
        raster_free(raster);
        raster = NULL;
    }
    if (info.hbmColor)
        DeleteObject(info.hbmColor);
    DeleteObject(info.hbmMask);
    return raster;
}

static Raster *extract(const wchar_t *file, int index, int size) {
    wchar_t path[MAX_PATH];
    HICON icon = NULL;
    UINT id;
    if (wcslen(file) >= MAX_PATH)
        return NULL;
    wcscpy(path, file);
    UINT count = PrivateExtractIconsW(path, index, size, size, &icon, &id, 1, 0);
    if (count == 0 || count == (UINT)-1 || !icon)
        return NULL;
    Raster *raster = raster_from_icon(icon, size);
    DestroyIcon(icon);
    return raster;
}

static int larger_first(const void *a, const void *b) {
    return *(const int *)b - *(const int *)a;
}

static uint8_t *encode(const wchar_t *file, int index, size_t *ret_size) {
    int sizes[SIZES_READ];
    Raster *rasters[ICON_SIZES_MAX];
    size_t n_sizes = sizes_of(file, index, sizes), count = 0, total = 1;
    WireWriter writer;
    qsort(sizes, n_sizes, sizeof sizes[0], larger_first);
    for (size_t i = 0; i < n_sizes && count < ICON_SIZES_MAX; i++) {
        Raster *raster = extract(file, index, sizes[i]);
        size_t size = raster ? 4 + (size_t)raster->width * raster->height * 4 : 0;
        if (raster && total + size <= ICON_BYTES_MAX) {
            total += size;
            rasters[count++] = raster;
        } else {
            raster_free(raster);
        }
    }
    wire_writer_init(&writer);
    if (count)
        icon_set_encode(&writer, rasters, count);
    for (size_t i = 0; i < count; i++)
        raster_free(rasters[i]);
    *ret_size = writer.size;
    if (count && !writer.failed)
        return writer.data;
    wire_writer_clear(&writer);
    return NULL;
}

static void load(Icons *icons, IconEntry *entry) {
    icons->cached -= entry->size;
    free(entry->bytes);
    entry->bytes = encode(entry->file, entry->index, &entry->size);
    if (!entry->bytes)
        entry->size = 0;
    entry->hash = entry->bytes ? icon_set_hash(entry->bytes, entry->size) : 0;
    icons->cached += entry->size;
}

static void keep_budget(Icons *icons, IconEntry *entry) {
    if (icons->cached <= CACHE_BUDGET)
        return;
    icons->cached -= entry->size;
    free(entry->bytes);
    entry->bytes = NULL;
    entry->size = 0;
}

static IconEntry *find(Icons *icons, const wchar_t *file, int index) {
    for (size_t i = 0; i < icons->count; i++)
        if (icons->entries[i].index == index && _wcsicmp(icons->entries[i].file, file) == 0)
            return &icons->entries[i];
    return NULL;
}

static IconEntry *add(Icons *icons, const wchar_t *file, int index) {
    if (icons->count == ENTRIES_MAX)
        return NULL;
    if (icons->count == icons->capacity) {
        icons->capacity = icons->capacity ? icons->capacity * 2 : 64;
        icons->entries = mem_resize(icons->entries, icons->capacity, sizeof *icons->entries);
    }
    IconEntry *entry = &icons->entries[icons->count++];
    *entry = (IconEntry){.file = mem_copy(file, (wcslen(file) + 1) * sizeof *file), .index = index};
    return entry;
}

Icons *icons_new(void) {
    return mem_new(sizeof(Icons));
}

void icons_free(Icons *icons) {
    if (!icons)
        return;
    for (size_t i = 0; i < icons->count; i++) {
        free(icons->entries[i].file);
        free(icons->entries[i].bytes);
    }
    free(icons->entries);
    free(icons);
}

uint64_t icons_find(Icons *icons, const wchar_t *file, int index) {
    WIN32_FILE_ATTRIBUTE_DATA data;
    if (!GetFileAttributesExW(file, GetFileExInfoStandard, &data))
        return 0;
    IconEntry *entry = find(icons, file, index);
    if (entry && entry->file_size == data.nFileSizeLow &&
        CompareFileTime(&entry->written, &data.ftLastWriteTime) == 0)
        return entry->hash;
    if (!entry)
        entry = add(icons, file, index);
    if (!entry)
        return 0;
    entry->written = data.ftLastWriteTime;
    entry->file_size = data.nFileSizeLow;
    load(icons, entry);
    keep_budget(icons, entry);
    return entry->hash;
}

uint8_t *icons_get(Icons *icons, uint64_t hash, size_t *ret_size) {
    for (size_t i = 0; hash && i < icons->count; i++) {
        IconEntry *entry = &icons->entries[i];
        if (entry->hash != hash)
            continue;
        if (entry->bytes) {
            *ret_size = entry->size;
            return mem_copy(entry->bytes, entry->size);
        }
        uint8_t *bytes = encode(entry->file, entry->index, ret_size);
        if (bytes && icon_set_hash(bytes, *ret_size) == hash)
            return bytes;
        free(bytes);
    }
    return NULL;
}
