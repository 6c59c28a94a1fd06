/* A disk that answers EIO, for LD_PRELOAD. While the file $FAULT_RULE holds "OPERATION TEXT", every call of that kind on a
   file below $FAULT_DIR whose path contains TEXT fails; TEXT may be left out. Operations: write, flush, read, rename. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int fails(const char *operation, const char *path)
{
    const char *rule = getenv("FAULT_RULE"), *directory = getenv("FAULT_DIR");
    char wanted[32] = "", text[256] = "";
    if (!rule || !directory || strncmp(path, directory, strlen(directory)) != 0)
        return 0;
    FILE *file = fopen(rule, "r");
    if (!file)
        return 0;
    int words = fscanf(file, "%31s %255s", wanted, text);
    fclose(file);
    if (words < 1 || strcmp(wanted, operation) != 0 || (words == 2 && !strstr(path, text)))
        return 0;
    errno = EIO;
    return 1;
}

static int fails_fd(const char *operation, int fd)
{
    char link[64], path[4096];
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length <= 0)
        return 0;
    path[length] = 0;
    return fails(operation, path);
}

static void *real_dlsym(void *library, const char *name)
{
    static void *(*real)(void *, const char *);
    static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
    for (int i = 0; !real && i < 3; i++)
        real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    return real(library, name);
}

#define NEXT(name) ((__typeof__(&name))real_dlsym(RTLD_NEXT, #name))

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    return fails_fd("write", fd) ? -1 : NEXT(pwrite)(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at)
{
    return fails_fd("write", fd) ? -1 : NEXT(pwrite64)(fd, bytes, count, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    return fails_fd("write", fd) ? -1 : NEXT(pwritev)(fd, parts, count, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at)
{
    return fails_fd("write", fd) ? -1 : NEXT(pwritev64)(fd, parts, count, at);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t at)
{
    return fails_fd("read", fd) ? -1 : NEXT(pread)(fd, bytes, count, at);
}

ssize_t pread64(int fd, void *bytes, size_t count, off64_t at)
{
    return fails_fd("read", fd) ? -1 : NEXT(pread64)(fd, bytes, count, at);
}

int fsync(int fd)
{
    return fails_fd("flush", fd) ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
    return fails_fd("flush", fd) ? -1 : NEXT(fdatasync)(fd);
}

int rename(const char *from, const char *to)
{
    return fails("rename", from) ? -1 : NEXT(rename)(from, to);
}

/* .NET asks the C library itself for what it calls by name, past this one. */
void *dlsym(void *library, const char *name)
{
    if (strcmp(name, "fsync") == 0)
        return (void *)fsync;
    if (strcmp(name, "fdatasync") == 0)
        return (void *)fdatasync;
    return real_dlsym(library, name);
}
