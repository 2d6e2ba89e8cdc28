//! A few heaps for all threads. glibc gives each thread its own and returns little of any: a server that
//! has taken one import keeps three times the memory of an idle one. With a single one, whoever reads
//! waits for the import that holds its lock. How many there are, and when memory is returned, it asks
//! only the environment, and only at the start.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SETTINGS: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "8"),
    // Bytes: less than this is kept for the next, and never asked of the kernel for itself.
    ("MALLOC_TRIM_THRESHOLD_", "8388608"),
    ("MALLOC_MMAP_THRESHOLD_", "4194304"),
];

/// Starts the program once more with these heaps, in the place of this process; does nothing where the
/// environment says how many there are, or where the C library is another.
pub fn share() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    if SETTINGS.iter().all(|(name, _)| std::env::var_os(name).is_none())
        && let Ok(program) = std::env::current_exe()
    {
        let mut arguments = std::env::args_os();
        let mut again = std::process::Command::new(program);
        if let Some(name) = arguments.next() {
            std::os::unix::process::CommandExt::arg0(&mut again, name);
        }
        let failed = std::os::unix::process::CommandExt::exec(again.args(arguments).envs(SETTINGS));
        tracing::warn!("goes on with the heaps of the C library: {failed}");
    }
}
