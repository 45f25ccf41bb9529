//! What the child gives up, in which order, and how it learns what the kernel granted.
//!
//! Nothing here is undone or loosened later. It deliberately reads no configuration and never decides
//! whether the layers found are enough: the parent does, from [`Capabilities`].

use std::{collections::BTreeMap, os::fd::RawFd};

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetStatus, Scope as LandlockScope,
};
use rustix::{
    process::{DumpableBehavior, Resource, Rlimit, Signal},
    thread::{CapabilitySet, CapabilitySets},
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::limits::{Capabilities, ChildLimits};

/// Newest Landlock interface asked for; an older kernel enforces the part it has.
const LANDLOCK_ABI: ABI = ABI::V9;

/// Why a process cannot become a child.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// Landlock binds the calling thread only, so a thread that is already there would stay free.
    #[error("confine a process that already has {0} threads")]
    Threads(usize),
}

/// What Landlock was found to deny.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Landlocked {
    /// Every file.
    pub files: bool,
    /// TCP.
    pub network: bool,
}

/// The layers of confinement, one call each, so that a test can take one away.
pub trait Kernel {
    /// Denies files and network to this process for good.
    fn landlock(&self) -> Landlocked;
    /// Limits this process for good. True = all of them hold.
    fn limits(&self, limits: &ChildLimits) -> bool;
    /// Kills this process at any system call but those that computing over standard input and `answer` needs.
    fn seccomp(&self, answer: RawFd) -> bool;
}

/// The kernel that the program runs on.
#[derive(Debug, Clone, Copy)]
pub struct ThisKernel;

impl Kernel for ThisKernel {
    fn landlock(&self) -> Landlocked {
        deny_files().unwrap_or_default()
    }

    fn limits(&self, limits: &ChildLimits) -> bool {
        // Every one is tried, whatever became of the one before.
        [keep_private(), lower_limits(limits)].into_iter().all(|held| held)
    }

    fn seccomp(&self, answer: RawFd) -> bool {
        // To every thread: there is one, and should there be more, none stays free.
        filter(answer).is_some_and(|program| seccompiler::apply_filter_all_threads(&program).is_ok())
    }
}

/// Confines this process for good; called before it reads its first byte from outside.
///
/// `answer` is the descriptor that it may write its answer to. The order matters: Landlock needs a descriptor,
/// which the limits then forbid, and setting limits is a system call, which the filter then forbids.
///
/// # Errors
/// When the process has more than one thread; nothing has been given up then.
pub fn enter(limits: &ChildLimits, answer: RawFd, kernel: &dyn Kernel) -> Result<Capabilities, EnterError> {
    match threads() {
        Some(count) if count != 1 => return Err(EnterError::Threads(count)),
        _ => {}
    }
    let landlocked = kernel.landlock();
    let rlimits = kernel.limits(limits);
    let seccomp = kernel.seccomp(answer);
    Ok(Capabilities { landlock: landlocked.files, landlock_network: landlocked.network, seccomp, rlimits })
}

/// How many threads this process has, where the kernel shows it.
fn threads() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/task").ok()?.count())
}

/// A Landlock ruleset that handles every right and grants none.
///
/// Method: landlock(7). A right that the ruleset handles and no rule grants is denied.
fn deny_files() -> Result<Landlocked, landlock::RulesetError> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK_ABI))?
        .handle_access(AccessNet::from_all(LANDLOCK_ABI))?
        .scope(LandlockScope::from_all(LANDLOCK_ABI))?
        .create()?
        .restrict_self()?;
    let files = status.ruleset != RulesetStatus::NotEnforced && status.no_new_privs;
    let network =
        matches!(status.landlock, LandlockStatus::Available { effective_abi, .. } if effective_abi >= ABI::V4);
    Ok(Landlocked { files, network: files && network })
}

/// No core dump, no tracer, no new privileges, no capability, and no life after the parent's.
///
/// `RLIMIT_CORE` is not enough: a kernel that pipes dumps to a program ignores it (core(5)), and a dump of a
/// child is a sealed item in clear on the disk. A process that is not dumpable is never dumped.
fn keep_private() -> bool {
    let none = CapabilitySet::empty();
    let nothing = CapabilitySets { effective: none, permitted: none, inheritable: none };
    [
        rustix::thread::set_no_new_privs(true).is_ok(),
        rustix::thread::set_capabilities(None, nothing).is_ok(),
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok(),
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).is_ok(),
    ]
    .into_iter()
    .all(|done| done)
}

/// Lowers every limit that bears on the process; true when each was accepted.
///
/// No descriptor may be opened, which stops files and sockets even where there is no filter; those that are
/// open stay open. `RLIMIT_NPROC` is set for what it is worth: the kernel does not apply it to root.
fn lower_limits(limits: &ChildLimits) -> bool {
    // The soft limit is a signal that names itself, the hard one a second later is a plain kill.
    let cpu = (limits.cpu_seconds, limits.cpu_seconds.saturating_add(1));
    let wanted = [
        (Resource::Core, (0, 0)),
        (Resource::Fsize, (0, 0)),
        (Resource::Nofile, (0, 0)),
        (Resource::Nproc, (0, 0)),
        (Resource::Memlock, (0, 0)),
        (Resource::Msgqueue, (0, 0)),
        (Resource::As, (limits.memory_bytes, limits.memory_bytes)),
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
fn filter(answer: RawFd) -> Option<BpfProgram> {
    let target = std::env::consts::ARCH.try_into().ok()?;
    let rules = allowed(answer).ok()?;
    SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, target).ok()?.try_into().ok()
}

/// The system calls that computing over pipes needs, with the arguments they may have.
///
/// Reading is from standard input, writing is of the answer and of messages that the parent drops, so a
/// descriptor that was left open by whoever started the program is of no use either. Memory can be had only
/// anonymous and never executable.
fn allowed(answer: RawFd) -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
    let mut rules = BTreeMap::new();
    for call in [
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_clock_gettime,
        libc::SYS_getrandom,
        libc::SYS_close,
        libc::SYS_exit,
        libc::SYS_exit_group,
        // A panic, an overflowing stack and an abort end in a signal that names them.
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_getpid,
        libc::SYS_gettid,
    ] {
        rules.insert(call, Vec::new());
    }
    let own = u64::from(std::process::id());
    let anonymous = masked(3, libc::MAP_ANONYMOUS as u64, libc::MAP_ANONYMOUS as u64)?;
    let not_executable = masked(2, libc::PROT_EXEC as u64, 0)?;
    rules.insert(libc::SYS_read, vec![one(equal(0, 0)?)?]);
    rules.insert(libc::SYS_write, vec![one(equal(0, answer as u64)?)?, one(equal(0, 1)?)?, one(equal(0, 2)?)?]);
    rules.insert(libc::SYS_writev, vec![one(equal(0, 2)?)?]);
    rules.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![anonymous, not_executable.clone()])?]);
    rules.insert(libc::SYS_mprotect, vec![one(not_executable)?]);
    rules.insert(libc::SYS_tgkill, vec![one(equal(0, own)?)?]);
    // The only thread has the process's number; musl's `abort` signals the thread.
    rules.insert(libc::SYS_tkill, vec![one(equal(0, own)?)?]);
    Ok(rules)
}

/// A rule of one condition.
fn one(condition: SeccompCondition) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![condition])
}

/// Argument `index` is `value`, as the kernel compares descriptors and process numbers: in 32 bits.
fn equal(index: u8, value: u64) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

/// The bits `mask` of argument `index` are `value`.
fn masked(index: u8, mask: u64, value: u64) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(index, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_compiles_for_this_machine() {
        assert!(filter(3).is_some_and(|program| !program.is_empty()));
    }

    #[test]
    fn nothing_that_opens_or_starts_is_allowed() {
        let rules = allowed(3).expect("rules");
        for call in [
            libc::SYS_openat,
            libc::SYS_socket,
            libc::SYS_execve,
            libc::SYS_clone,
            libc::SYS_prctl,
            libc::SYS_prlimit64,
        ] {
            assert!(!rules.contains_key(&call), "{call}");
        }
    }

    #[test]
    fn a_process_with_threads_is_not_confined() {
        // The test harness runs this in a second thread, so nothing is applied to it.
        struct Never;
        impl Kernel for Never {
            fn landlock(&self) -> Landlocked {
                unreachable!("nothing may be applied")
            }
            fn limits(&self, _: &ChildLimits) -> bool {
                unreachable!("nothing may be applied")
            }
            fn seccomp(&self, _: RawFd) -> bool {
                unreachable!("nothing may be applied")
            }
        }
        let limits = ChildLimits { memory_bytes: 1 << 30, cpu_seconds: 1 };
        std::thread::spawn(move || assert!(matches!(enter(&limits, 3, &Never), Err(EnterError::Threads(_)))))
            .join()
            .expect("thread");
    }
}
