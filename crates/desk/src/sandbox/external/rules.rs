//! What a program of others is denied: files by Landlock, resources by limits, system calls by a filter.
//!
//! Unlike the analyzing child, such a program has threads, maps libraries and opens its own files; so what is denied is
//! named by path and by call, and a denied call answers "not implemented" instead of killing: programs try things and go on
//! without. It deliberately decides nothing: which layers must hold the orders say.

use std::{collections::BTreeMap, path::Path};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::{
    process::{Resource, Rlimit, Signal},
    thread::{CapabilitySet, CapabilitySets},
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::Orders;

/// Newest Landlock interface asked for; an older kernel enforces the part it has.
const LANDLOCK_ABI: ABI = ABI::V9;
/// Folders of the system, to read and to start programs from: libraries, data, the loader.
const SYSTEM: &[&str] = &["/usr", "/lib", "/lib32", "/lib64", "/bin"];
/// Files and folders of the system, to read: where libraries lie, which of several is meant, how many processors there are.
const SYSTEM_READ: &[&str] = &[
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/localtime",
    "/sys/devices/system/cpu",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
];
/// Most files open at once.
const DESCRIPTORS: u64 = 256;
/// The kernel neither writes nor pipes a core dump when the limit is exactly this many bytes (`do_coredump` in fs/coredump.c;
/// a limit of 0 does not stop a dump that is piped to a program, core(5)).
const NO_CORE: u64 = 1;

/// Applies all that the kernel has, for good, and gives the names of the layers that hold.
pub(super) fn apply(orders: &Orders) -> Vec<&'static str> {
    let mut held = Vec::new();
    // Landlock binds the calling thread only, so a thread that is already there would stay free.
    let alone = std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count) <= 1;
    if alone && files(orders).unwrap_or(false) {
        held.push("landlock");
    }
    if [private(), limits(orders)].into_iter().all(|done| done) {
        held.push("rlimits");
    }
    if filter().is_some_and(|program| seccompiler::apply_filter_all_threads(&program).is_ok()) {
        held.push("seccomp");
    }
    held
}

/// A Landlock ruleset that handles every right and grants what the program needs to run, its item and its folder.
fn files(orders: &Orders) -> Result<bool, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let start = read | AccessFs::Execute;
    let system = path_beneath_rules(SYSTEM, start).chain(path_beneath_rules(SYSTEM_READ, read));
    let own = path_beneath_rules(&orders.reads, start);
    let null = path_beneath_rules(["/dev/null"], AccessFs::ReadFile | AccessFs::WriteFile);
    let write = read
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir;
    let folder = path_beneath_rules(orders.folder.iter().filter(|folder| Path::new(folder).is_dir()), write);
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK_ABI))?
        .handle_access(AccessNet::from_all(LANDLOCK_ABI))?
        .scope(Scope::from_all(LANDLOCK_ABI))?
        .create()?
        .add_rules(system.chain(own).chain(null).chain(folder))?;
    let ruleset = with_input(ruleset, orders.input_is_file)?;
    let status = ruleset.restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced && status.no_new_privs)
}

/// The item itself, where it is a file: the program may open it again through its descriptor. (Files in memory are beyond
/// Landlock: whoever has the descriptor may open them.)
fn with_input(ruleset: RulesetCreated, is_file: bool) -> Result<RulesetCreated, RulesetError> {
    let read: BitFlags<AccessFs> = AccessFs::ReadFile.into();
    if is_file { ruleset.add_rule(PathBeneath::new(rustix::stdio::stdin(), read)) } else { Ok(ruleset) }
}

/// No new privileges, no capability, and no life after the parent's.
fn private() -> bool {
    let none = CapabilitySet::empty();
    let nothing = CapabilitySets { effective: none, permitted: none, inheritable: none };
    [
        rustix::thread::set_no_new_privs(true).is_ok(),
        // Root would have them all again after `execve` (capabilities(7)) but for the empty bounding set.
        drop_bounding_set(),
        rustix::thread::set_capabilities(None, nothing).is_ok(),
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).is_ok(),
    ]
    .into_iter()
    .all(|done| done)
}

/// Takes every capability out of the bounding set, as far as this process may; true when none can come back.
fn drop_bounding_set() -> bool {
    let everything = CapabilitySet::all();
    let mut left = false;
    for capability in everything.iter() {
        let held = rustix::thread::capability_is_in_bounding_set(capability).unwrap_or(false);
        left |= held && rustix::thread::remove_capability_from_bounding_set(capability).is_err();
    }
    // Whoever is not root may not shrink the set, and gets nothing from it either: no new privileges.
    !left || !rustix::process::geteuid().is_root()
}

fn limits(orders: &Orders) -> bool {
    let file_bytes = if orders.folder.is_some() { orders.file_bytes } else { 0 };
    // The soft limit is a signal that names itself, the hard one a second later is a plain kill.
    let cpu = (orders.cpu_seconds, orders.cpu_seconds.saturating_add(1));
    let wanted = [
        (Resource::Core, (NO_CORE, NO_CORE)),
        (Resource::Fsize, (file_bytes, file_bytes)),
        (Resource::Nofile, (DESCRIPTORS, DESCRIPTORS)),
        (Resource::Memlock, (0, 0)),
        (Resource::Msgqueue, (0, 0)),
        (Resource::As, (orders.memory_bytes, orders.memory_bytes)),
        (Resource::Cpu, cpu),
    ];
    let mut held = true;
    for (resource, (soft, hard)) in wanted {
        let ceiling = rustix::process::getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let new = Rlimit { current: Some(soft.min(ceiling)), maximum: Some(hard.min(ceiling)) };
        held &= rustix::process::setrlimit(resource, new).is_ok();
    }
    held
}

/// The filter as a program for the kernel; `None` on a machine whose system calls are not known here.
fn filter() -> Option<BpfProgram> {
    let target = std::env::consts::ARCH.try_into().ok()?;
    let denied = SeccompAction::Errno(libc::ENOSYS as u32);
    SeccompFilter::new(allowed().ok()?, denied, SeccompAction::Allow, target).ok()?.try_into().ok()
}

/// System calls that a program which computes over files with threads needs. No socket, no process, no signal to another,
/// no mount, no tracing, no change of owner or mode.
const CALLS: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_lseek,
    libc::SYS_openat,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_fcntl,
    libc::SYS_flock,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_unlinkat,
    libc::SYS_mkdirat,
    libc::SYS_umask,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_eventfd2,
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_mincore,
    libc::SYS_msync,
    libc::SYS_brk,
    libc::SYS_membarrier,
    libc::SYS_get_mempolicy,
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_rseq,
    libc::SYS_set_tid_address,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_sched_get_priority_max,
    libc::SYS_sched_get_priority_min,
    libc::SYS_getcpu,
    libc::SYS_getpriority,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getgroups,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getrusage,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_getrandom,
    // Limits can be lowered and not raised: there is no capability.
    libc::SYS_prlimit64,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // The program itself; what it starts in its place is confined like it.
    libc::SYS_execve,
];

/// Older spellings of the same, which x86-64 alone has.
#[cfg(target_arch = "x86_64")]
const OLDER_CALLS: &[i64] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_unlink,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_epoll_wait,
    libc::SYS_getrlimit,
    libc::SYS_getpgrp,
    libc::SYS_time,
    libc::SYS_arch_prctl,
];
#[cfg(not(target_arch = "x86_64"))]
const OLDER_CALLS: &[i64] = &[];

/// Is it a terminal (TCGETS), how much is there to read (FIONREAD), close on exec or not (FIOCLEX, FIONCLEX): asm-generic/ioctls.h,
/// whose types differ from one C library to another.
const IOCTLS: [u64; 4] = [0x5401, 0x541b, 0x5451, 0x5450];

fn allowed() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        CALLS.iter().chain(OLDER_CALLS).map(|call| (*call, Vec::new())).collect();
    // Threads and no processes. The newer `clone3` hides its flags from a filter; the C library goes back to `clone`.
    let thread = libc::CLONE_THREAD as u64;
    let new_thread = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), thread)?;
    rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![new_thread])?]);
    rules.insert(libc::SYS_tgkill, vec![equal(0, u64::from(std::process::id()))?]);
    // Names of threads and of pieces of memory.
    let prctl = [libc::PR_SET_NAME, libc::PR_GET_NAME, 0x5356_4d41].map(|option| equal(0, option as u64));
    rules.insert(libc::SYS_prctl, prctl.into_iter().collect::<Result<_, _>>()?);
    rules.insert(libc::SYS_ioctl, IOCTLS.into_iter().map(|call| equal(1, call)).collect::<Result<_, _>>()?);
    Ok(rules)
}

/// A rule: argument `index` is `value`, in 32 bits as the kernel compares them.
fn equal(index: u8, value: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_compiles_for_this_machine() {
        assert!(filter().is_some_and(|program| !program.is_empty()));
    }

    #[test]
    fn no_network_no_process_no_tracing_is_allowed() {
        let rules = allowed().expect("rules");
        for call in [
            libc::SYS_socket,
            libc::SYS_socketpair,
            libc::SYS_connect,
            libc::SYS_clone3,
            libc::SYS_kill,
            libc::SYS_ptrace,
            libc::SYS_mount,
            libc::SYS_unshare,
            libc::SYS_setns,
            libc::SYS_io_uring_setup,
            libc::SYS_bpf,
            libc::SYS_userfaultfd,
            libc::SYS_keyctl,
            libc::SYS_process_vm_readv,
            libc::SYS_fchmod,
            libc::SYS_fchown,
        ] {
            assert!(!rules.contains_key(&call), "{call}");
        }
        assert!(!rules[&libc::SYS_clone].is_empty() && !rules[&libc::SYS_prctl].is_empty());
    }
}
