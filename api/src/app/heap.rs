//! Limits glibc's malloc arenas. By default each thread has its own and returns little memory: after one
//! import a server keeps three times the memory of an idle one. With a single arena, readers wait for the
//! lock that an import holds. glibc reads these settings from the environment, at process start only.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SETTINGS: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "8"),
    // In bytes: smaller amounts are kept for reuse and never mapped by themselves.
    ("MALLOC_TRIM_THRESHOLD_", "8388608"),
    ("MALLOC_MMAP_THRESHOLD_", "4194304"),
];

/// Replaces this process by the same program with these settings. Does nothing if the environment has any of
/// them, or with another C library.
pub fn limit_arenas() {
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
        tracing::warn!("continues with the default arenas of the C library: {failed}");
    }
}
