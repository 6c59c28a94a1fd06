// Preloaded into a broker: makes calls on its data fail, and moves its wall clock, as a file says.
// The runtime calls the 64 names; fsync and fdatasync come from the platform's own imports.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static char orders[256];
static long orders_read_at;

static long monotonic_ms(void) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    struct timespec now;
    real(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Read again every 20 ms, with the plain calls of stdio, which this library leaves alone.
static const char *current_orders(void) {
    long now = monotonic_ms();
    if (now - orders_read_at < 20) return orders;
    orders_read_at = now;
    const char *file = getenv("CHAOS_ORDERS");
    FILE *in = file ? fopen(file, "r") : NULL;
    if (!in) return orders;
    char text[256];
    size_t length = fread(text, 1, sizeof text - 1, in);
    text[length] = 0;
    fclose(in);
    strcpy(orders, text);
    return orders;
}

static int is_data(int fd) {
    char link[64], path[512];
    const char *data = getenv("CHAOS_DATA");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0 || !data) return 0;
    path[length] = 0;
    return strncmp(path, data, strlen(data)) == 0;
}

static int fails(int fd, const char *what) {
    if (!strstr(current_orders(), what) || !is_data(fd)) return 0;
    errno = EIO;
    return 1;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t pwrite64(int fd, const void *buffer, size_t count, off64_t offset) {
    REAL(pwrite64);
    return fails(fd, "eio-write") ? -1 : real(fd, buffer, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *buffers, int count, off64_t offset) {
    REAL(pwritev64);
    return fails(fd, "eio-write") ? -1 : real(fd, buffers, count, offset);
}

ssize_t pread64(int fd, void *buffer, size_t count, off64_t offset) {
    REAL(pread64);
    return fails(fd, "eio-read") ? -1 : real(fd, buffer, count, offset);
}

int fsync(int fd) {
    REAL(fsync);
    return fails(fd, "eio-sync") ? -1 : real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    return fails(fd, "eio-sync") ? -1 : real(fd);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(clock_gettime);
    int result = real(clock, now);
    const char *jump = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE
        ? strstr(current_orders(), "clock ") : NULL;
    if (jump) now->tv_sec += atol(jump + 6);
    return result;
}
