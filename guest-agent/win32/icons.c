// SPDX-License-Identifier: Apache-2.0
// Names icons, and reads one when the host asks for it: at every size it is stored in, as BGRA with straight
// alpha. Owned by the publishing instance; used from its loop only. A name is made of what Windows says of
// the file, not of its content, since to read the icons of a large Start menu takes minutes. Keeps no
// pictures. Never draws: pixels come from the icon's own bitmaps, so nothing is scaled.
#include "guest-agent/win32/icons.h"

#include "guest-agent/win32/wide.h"
#include "rail/catalogue-message.h"
#include "rail/hash.h"
#include "rail/id-set.h"
#include "rail/mem.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define SIZES_READ  64
#define ENTRIES_MAX 16384
#define FILE_MAX    (64u << 20) // of an icon file that is no program

typedef struct IconEntry {
    uint64_t id;
    int index;
    wchar_t *file;
} IconEntry;

struct Icons {
    IdSet entries; // of IconEntry
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

// What a file holds of one icon: its sizes, and for each the bitmap where that lies in the file as such.
typedef struct IconPicture {
    int size, id; // id: of the resource
    unsigned bits;
} IconPicture;

typedef struct IconPictures {
    IconPicture items[SIZES_READ];
    size_t count;
} IconPictures;

// Of pictures with the same size the one with most colours is kept.
static void add_picture(IconPictures *pictures, IconPicture picture) {
    if (picture.size == 0)
        picture.size = 256;
    for (size_t i = 0; i < pictures->count; i++)
        if (pictures->items[i].size == picture.size) {
            if (pictures->items[i].bits < picture.bits)
                pictures->items[i] = picture;
            return;
        }
    if (pictures->count < SIZES_READ)
        pictures->items[pictures->count++] = picture;
}

static const uint8_t *resource_bytes(HMODULE module, HRSRC resource, size_t *ret_size) {
    HGLOBAL loaded = resource ? LoadResource(module, resource) : NULL;
    const uint8_t *bytes = loaded ? LockResource(loaded) : NULL;
    *ret_size = bytes ? SizeofResource(module, resource) : 0;
    return bytes;
}

static void read_group(HMODULE module, HRSRC resource, IconPictures *pictures) {
    size_t size;
    const uint8_t *bytes = resource_bytes(module, resource, &size);
    WORD entries;
    if (size < 6)
        return;
    memcpy(&entries, bytes + 4, sizeof entries);
    for (size_t i = 0; i < entries && 6 + (i + 1) * sizeof(GroupEntry) <= size; i++) {
        GroupEntry entry;
        memcpy(&entry, bytes + 6 + i * sizeof entry, sizeof entry);
        add_picture(pictures, (IconPicture){.size = entry.width, .id = entry.id, .bits = entry.bits});
    }
}

static void read_ico(const wchar_t *file, IconPictures *pictures) {
    uint8_t bytes[6 + 16 * SIZES_READ];
    DWORD size = 0;
    HANDLE handle = CreateFileW(file, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return;
    if (GetFileSize(handle, NULL) > FILE_MAX || !ReadFile(handle, bytes, sizeof bytes, &size, NULL))
        size = 0;
    CloseHandle(handle);
    if (size < 6 || bytes[0] || bytes[1] || bytes[2] != 1 || bytes[3])
        return;
    size_t entries = bytes[4] | bytes[5] << 8;
    for (size_t i = 0; i < entries && 6 + (i + 1) * 16 <= size; i++)
        add_picture(pictures, (IconPicture){.size = bytes[6 + i * 16]});
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

// The bitmap as it lies in the resource, which is ten times as fast as asking for an icon. NULL for what is
// compressed.
static Raster *from_resource(HMODULE module, const IconPicture *picture) {
    BITMAPINFOHEADER header;
    size_t size;
    HRSRC resource = FindResourceW(module, MAKEINTRESOURCEW(picture->id), (LPCWSTR)RT_ICON);
    const uint8_t *bytes = resource_bytes(module, resource, &size);
    if (size < sizeof header)
        return NULL;
    memcpy(&header, bytes, sizeof header);
    if (header.biSize != sizeof header || header.biCompression != BI_RGB || header.biWidth != picture->size ||
        header.biHeight != 2 * picture->size)
        return NULL;
    size_t used = header.biClrUsed ? header.biClrUsed : (size_t)1 << (header.biBitCount & 15);
    size_t table = header.biBitCount <= 8 && used <= 256 ? used * 4 : 0;
    size_t row = ((size_t)header.biWidth * header.biBitCount + 31) / 32 * 4;
    size_t colours = row * (size_t)picture->size, at = sizeof header + table;
    if (at + colours > size)
        return NULL;
    return raster_from_dib(&(RasterDib){.width = (uint16_t)picture->size,
                                        .height = (uint16_t)picture->size,
                                        .bpp = (uint8_t)header.biBitCount,
                                        .table = bytes + sizeof header,
                                        .table_size = table,
                                        .colours = bytes + at,
                                        .colours_size = colours,
                                        .mask = bytes + at + colours,
                                        .mask_size = size - at - colours});
}

static int larger_first(const void *a, const void *b) {
    return ((const IconPicture *)b)->size - ((const IconPicture *)a)->size;
}

static HMODULE open_pictures(const IconEntry *entry, IconPictures *ret_pictures) {
    GroupSearch search = {.index = entry->index};
    HMODULE module = LoadLibraryExW(entry->file, NULL, LOAD_LIBRARY_AS_DATAFILE);
    ret_pictures->count = 0;
    if (!module) {
        read_ico(entry->file, ret_pictures);
    } else {
        EnumResourceNamesW(module, (LPCWSTR)RT_GROUP_ICON, on_group, (LONG_PTR)&search);
        if (search.found)
            read_group(module, search.found, ret_pictures);
    }
    qsort(ret_pictures->items, ret_pictures->count, sizeof ret_pictures->items[0], larger_first);
    return module;
}

static uint8_t *encode(const IconEntry *entry, size_t *ret_size) {
    IconPictures pictures;
    Raster *rasters[ICON_SIZES_MAX];
    size_t count = 0, total = 1;
    HMODULE module = open_pictures(entry, &pictures);
    WireWriter writer;
    for (size_t i = 0; i < pictures.count && count < ICON_SIZES_MAX; i++) {
        Raster *raster = module ? from_resource(module, &pictures.items[i]) : NULL;
        if (!raster)
            raster = extract(entry->file, entry->index, pictures.items[i].size);
        size_t size = raster ? 4 + (size_t)raster->width * raster->height * 4 : 0;
        if (raster && total + size <= ICON_BYTES_MAX) {
            total += size;
            rasters[count++] = raster;
        } else {
            raster_free(raster);
        }
    }
    if (module)
        FreeLibrary(module);
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

static void free_entry(void *item) {
    IconEntry *entry = item;
    free(entry->file);
    free(entry);
}

static const IdSetClass entry_class = {.free = free_entry, .max = ENTRIES_MAX};

static uint64_t identity(const wchar_t *file, int index, const WIN32_FILE_ATTRIBUTE_DATA *data) {
    uint64_t hash = hash_number(HASH_START, (uint32_t)index);
    hash = hash_number(hash, (uint64_t)data->nFileSizeHigh << 32 | data->nFileSizeLow);
    hash = hash_number(hash, (uint64_t)data->ftLastWriteTime.dwHighDateTime << 32 |
                                 data->ftLastWriteTime.dwLowDateTime);
    for (; *file; file++) {
        uint8_t folded = (uint8_t)(*file >= L'A' && *file <= L'Z' ? *file + 32 : *file);
        uint8_t unit[2] = {folded, (uint8_t)(*file >> 8)};
        hash = hash_bytes(hash, unit, sizeof unit);
    }
    return hash ? hash : 1;
}

Icons *icons_new(void) {
    Icons *icons = mem_new(sizeof *icons);
    id_set_init(&icons->entries, &entry_class);
    return icons;
}

void icons_free(Icons *icons) {
    if (!icons)
        return;
    id_set_clear(&icons->entries);
    free(icons);
}

void icons_forget(Icons *icons) {
    id_set_clear(&icons->entries);
}

// Files of the network are not looked at: who wrote the shortcut would have the guest log on somewhere.
static bool is_local(const wchar_t *file) {
    return file[0] && file[1] == L':' && file[2] == L'\\';
}

uint64_t icons_find(Icons *icons, const wchar_t *file, int index) {
    WIN32_FILE_ATTRIBUTE_DATA data;
    if (!is_local(file) || !GetFileAttributesExW(file, GetFileExInfoStandard, &data) ||
        data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return 0;
    uint64_t id = identity(file, index, &data);
    if (id_set_find(&icons->entries, id))
        return id;
    IconEntry *entry = mem_new(sizeof *entry);
    *entry = (IconEntry){.id = id, .index = index, .file = mem_copy(file, (wcslen(file) + 1) * sizeof *file)};
    return id_set_put(&icons->entries, entry) ? id : 0;
}

uint8_t *icons_get(Icons *icons, uint64_t id, size_t *ret_size) {
    const IconEntry *entry = id_set_find(&icons->entries, id);
    return entry ? encode(entry, ret_size) : NULL;
}
