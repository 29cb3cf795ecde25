/* Emulates a power cut: whenever a file is synced, a copy of it is kept elsewhere. What was not
 * synced is not in the copy; restoring the copies is what a machine would find after the cut.
 * Directories are taken as durable: a file that is renamed or removed is so in the copies, too.
 * Otherwise the copy of a journal that is long gone would pass for the one of the next transaction.
 *
 * SHADOW_FROM: only files whose path begins so.  SHADOW_TO: the directory of the copies.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void keep(int descriptor) {
    const char *from = getenv("SHADOW_FROM"), *to = getenv("SHADOW_TO");
    char link[64], path[4096], copy[4096], unfinished[4200], block[65536];
    if (!from || !to) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    if (strncmp(path, from, strlen(from)) != 0) return;
    const char *name = strrchr(path, '/');
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return;
    int in = open(path, O_RDONLY | O_NOFOLLOW);
    snprintf(copy, sizeof copy, "%s%s", to, name);
    snprintf(unfinished, sizeof unfinished, "%s.unfinished", copy);
    int out = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (in < 0 || out < 0) abort();
    ssize_t count;
    while ((count = read(in, block, sizeof block)) > 0)
        if (write(out, block, (size_t)count) != count) abort();
    if (count < 0) abort();
    close(in);
    close(out);
    if (rename(unfinished, copy) != 0) abort();
}

int fsync(int descriptor) {
    keep(descriptor);
    return 0;
}

int fdatasync(int descriptor) {
    keep(descriptor);
    return 0;
}

int rename(const char *old, const char *new) {
    const char *from = getenv("SHADOW_FROM"), *to = getenv("SHADOW_TO");
    if (from && to && strncmp(old, from, strlen(from)) == 0 && strrchr(new, '/')) {
        char before[4096], after[4096];
        snprintf(before, sizeof before, "%s%s", to, strrchr(old, '/'));
        snprintf(after, sizeof after, "%s%s", to, strrchr(new, '/'));
        syscall(SYS_renameat, AT_FDCWD, before, AT_FDCWD, after);
    }
    return (int)syscall(SYS_renameat, AT_FDCWD, old, AT_FDCWD, new);
}

int unlink(const char *path) {
    const char *from = getenv("SHADOW_FROM"), *to = getenv("SHADOW_TO");
    if (from && to && strncmp(path, from, strlen(from)) == 0 && strrchr(path, '/')) {
        char copy[4096];
        snprintf(copy, sizeof copy, "%s%s", to, strrchr(path, '/'));
        syscall(SYS_unlinkat, AT_FDCWD, copy, 0);
    }
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
