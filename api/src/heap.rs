//! One heap for all threads. glibc gives each thread its own and returns little of any: a server that
//! has taken one import keeps three times the memory of an idle one. How many there are it asks only
//! the environment, and only at the start.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SETTINGS: [(&str, &str); 2] = [("MALLOC_ARENA_MAX", "1"), ("MALLOC_TRIM_THRESHOLD_", "131072")];

/// Starts the program once more with one heap, in the place of this process; does nothing where the
/// environment says how many there are, or where the C library is another.
pub fn unite() {
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
        tracing::warn!("goes on with a heap for each thread: {failed}");
    }
}
