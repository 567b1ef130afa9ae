// SPDX-License-Identifier: Apache-2.0
// RSA 2048 key and certificate in the guest's data folder (0600), by libcrypto. Owned by the RdpServer. Never
// logs them.
#include "guest-agent/embedded/rdp-key.h"

#include <gio/gio.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#define VALID_SECONDS (20L * 365 * 24 * 3600)

static bool fail(GError **error, const char *text) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, text);
    return false;
}

static char *text_of(BIO *bio) {
    char *bytes;
    long size = BIO_get_mem_data(bio, &bytes);
    return g_strndup(bytes, (gsize)size);
}

static X509 *sign_certificate(EVP_PKEY *pkey) {
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -24L * 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_SECONDS);
    X509_set_pubkey(certificate, pkey);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"railhead-embedded", -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, pkey, EVP_sha256());
    return certificate;
}

static bool make(RdpKey *key, GError **error) {
    EVP_PKEY *pkey = EVP_RSA_gen(2048);
    if (!pkey)
        return fail(error, "no RSA key could be made");
    X509 *certificate = sign_certificate(pkey);
    BIO *key_text = BIO_new(BIO_s_mem()), *certificate_text = BIO_new(BIO_s_mem());
    bool done = PEM_write_bio_PrivateKey(key_text, pkey, NULL, NULL, 0, NULL, NULL) &&
                PEM_write_bio_X509(certificate_text, certificate);
    if (done) {
        key->key = text_of(key_text);
        key->certificate = text_of(certificate_text);
    }
    BIO_free(key_text);
    BIO_free(certificate_text);
    X509_free(certificate);
    EVP_PKEY_free(pkey);
    return done || fail(error, "the key could not be written");
}

static bool read_fingerprint(RdpKey *key, GError **error) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    BIO *bio = BIO_new_mem_buf(key->certificate, -1);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    bool done = certificate && X509_digest(certificate, EVP_sha256(), digest, &size);
    X509_free(certificate);
    BIO_free(bio);
    if (!done)
        return fail(error, "the certificate is damaged");
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < size; i++)
        g_string_append_printf(text, "%02x", digest[i]);
    key->fingerprint = g_string_free(text, FALSE);
    return true;
}

bool rdp_key_load(RdpKey *key, const char *data, GError **error) {
    g_autofree char *path = g_build_filename(data, "tls.pem", NULL);
    g_autofree char *text = NULL;
    const char *border = NULL;
    if (g_file_get_contents(path, &text, NULL, NULL))
        border = strstr(text, "-----BEGIN CERTIFICATE-----");
    if (border) {
        key->key = g_strndup(text, (gsize)(border - text));
        key->certificate = g_strdup(border);
    } else {
        if (!make(key, error))
            return false;
        g_autofree char *both = g_strconcat(key->key, key->certificate, NULL);
        if (!g_file_set_contents_full(path, both, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
            return false;
    }
    return read_fingerprint(key, error);
}

void rdp_key_clear(RdpKey *key) {
    g_free(key->key);
    g_free(key->certificate);
    g_free(key->fingerprint);
    memset(key, 0, sizeof(*key));
}
