//! The log of the program, on standard error. ID numbers in it are masked.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use songjiao_types::id_numbers::mask_id_numbers;
use tracing_subscriber::EnvFilter;

/// Starts logging, as `SONGJIAO_LOG` says.
pub fn start() {
    let filter = EnvFilter::try_from_env("SONGJIAO_LOG").unwrap_or_else(|_| "warn,songjiao_api=info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Masked(io::stderr())).init();
}

/// Masks ID numbers in what is written: paths, causes of errors and messages of the database may repeat what a client
/// sent. The subscriber writes each event at once.
pub struct Masked<W>(pub W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match mask_id_numbers(&String::from_utf8_lossy(bytes)) {
            Cow::Borrowed(_) => self.0.write_all(bytes)?,
            Cow::Owned(masked) => self.0.write_all(masked.as_bytes())?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_log_holds_no_id_number() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || Masked(writer.clone())).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(path = "/api/v1/verify/11010519491231002X", "request of 110105491231002");
        });
        let written = String::from_utf8_lossy(&lines.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
        assert!(written.contains("****************2X") && written.contains("****************02"), "{written}");
        assert!(!written.contains("110105"), "{written}");
    }
}
