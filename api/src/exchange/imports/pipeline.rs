//! From a file to the database: one thread reads rows, another settles and writes batches of
//! them, so that neither waits for the other longer than it has to, and no more than a few
//! batches are in memory.

use std::{
    collections::HashSet,
    fs::File,
    mem,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use super::{
    behind::{PATIENCE, behind, stand_back},
    columns::Cells,
    kinds::{Kind, Planning},
    preview::Preview,
    report::{Counts, Faults, Tally},
    source::{self, Event, Line, Opened, Unreadable, Watch},
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, types::UtcTime},
    error::{ApiError, Result},
};

/// Rows that are settled and written at once, and what they may hold together.
const BATCH_ROWS: usize = 4000;
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Batches that wait to be written.
const WAITING: usize = 2;

/// What an import came to.
#[derive(Default)]
pub struct Outcome {
    pub opened: Option<Opened>,
    pub unknown_columns: Vec<String>,
    pub rows: usize,
    pub counts: Counts,
    pub tally: Tally,
    /// Of a dry run, as far as a header was found.
    pub preview: Option<Preview>,
    pub cancelled: bool,
}

impl Outcome {
    /// Whether it may stay.
    fn is_good(&self) -> bool {
        self.tally.is_empty() && !self.cancelled
    }
}

/// How a file is to be taken.
pub struct Run<'a> {
    pub user: &'a CurrentUser,
    pub now: UtcTime,
    pub ignore_unknown: bool,
    /// Whether the file's rows are shown.
    pub preview: bool,
    pub watch: &'a Watch,
}

enum Message<R> {
    Opened(Opened),
    Batch(Batch<R>),
    Broken(Unreadable),
}

struct Batch<R> {
    lines: Vec<Line>,
    rows: Vec<(i64, R)>,
    faults: Faults,
    bytes: usize,
}

impl<R> Default for Batch<R> {
    fn default() -> Self {
        Self { lines: Vec::new(), rows: Vec::new(), faults: Faults::default(), bytes: 0 }
    }
}

/// Carries an import out, and says whether it may stay: only whole and where nothing is wrong.
///
/// # Errors
/// Where the database fails.
pub fn carry_out<K: Kind>(tx: &mut Tx<'_>, run: &Run<'_>, kind: &mut K, file: &mut File) -> Result<(Outcome, bool)> {
    let outcome = settle(run, file, kind, &mut Target::Written(tx))?;
    let good = outcome.is_good();
    Ok((outcome, good))
}

/// Checks a file, writing nothing.
///
/// # Errors
/// Where the database fails.
pub fn check<K: Kind>(conn: &mut DbConnection, run: &Run<'_>, kind: &mut K, file: &mut File) -> Result<Outcome> {
    settle(run, file, kind, &mut Target::Checked(conn))
}

/// What the batches are settled on.
enum Target<'t, 'c> {
    Written(&'t mut Tx<'c>),
    Checked(&'t mut DbConnection),
}

impl Target<'_, '_> {
    fn conn(&mut self) -> &mut DbConnection {
        match self {
            Self::Written(tx) => tx.conn,
            Self::Checked(conn) => conn,
        }
    }
}

fn settle<K: Kind>(run: &Run<'_>, file: &mut File, kind: &mut K, target: &mut Target<'_, '_>) -> Result<Outcome> {
    let reading = kind.reading();
    let (send, mut receive) = sync_channel(WAITING);
    let mut settling = Settling { run, kind, target, outcome: Outcome::default() };
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            stand_back();
            read::<K>(file, &reading, run.watch, send);
        });
        let settled = match behind(|| settling.take_all(&mut receive, Some(PATIENCE))) {
            Ok(End::Starved) => settling.take_all(&mut receive, None),
            settled => settled,
        };
        // A reader that has more stops.
        drop(receive);
        reader.join().map_err(|_| ApiError::internal("reading a file panicked"))?;
        settled
    })?;
    let mut outcome = settling.outcome;
    if !outcome.is_good() {
        outcome.counts = Counts::default();
    }
    Ok(outcome)
}

struct Settling<'a, 't, 'c, K> {
    run: &'a Run<'a>,
    kind: &'a mut K,
    target: &'a mut Target<'t, 'c>,
    outcome: Outcome,
}

/// Why no more is taken.
enum End {
    Reached,
    /// There is more, but hardly any time for who has stood back.
    Starved,
}

impl<K: Kind> Settling<'_, '_, '_, K> {
    /// Takes what the reader sends and writes what is left in the end, as long as nothing of it takes longer
    /// than that.
    fn take_all(&mut self, messages: &mut Receiver<Message<K::Row>>, patience: Option<Duration>) -> Result<End> {
        let starved = |since: Instant| patience.is_some_and(|patience| since.elapsed() > patience);
        for message in messages.iter() {
            let started = Instant::now();
            if self.run.watch.is_cancelled() {
                self.outcome.cancelled = true;
                break;
            }
            match message {
                Message::Opened(opened) => {
                    if !self.open(opened) {
                        break;
                    }
                }
                Message::Batch(batch) => self.take(batch)?,
                Message::Broken(unreadable) => {
                    let mut faults = Faults::default();
                    faults.add(unreadable.row, None, None, unreadable.code, unreadable.message);
                    self.outcome.tally.add_general(faults);
                }
            }
            if starved(started) {
                return Ok(End::Starved);
            }
        }
        if let Target::Written(tx) = &mut *self.target
            && self.outcome.is_good()
        {
            let mut started = Instant::now();
            while self.kind.finish_some(tx)? {
                if starved(started) {
                    return Ok(End::Starved);
                }
                started = Instant::now();
            }
        }
        Ok(End::Reached)
    }

    /// Whether its rows can be taken.
    fn open(&mut self, opened: Opened) -> bool {
        let mut faults = Faults::default();
        self.outcome.unknown_columns = opened.header.check(self.run.ignore_unknown, &mut faults);
        let good = faults.is_empty();
        self.outcome.tally.add_general(faults);
        self.outcome.preview = self.run.preview.then(|| Preview::new(&opened.header));
        self.outcome.opened = Some(opened);
        good
    }

    fn take(&mut self, batch: Batch<K::Row>) -> Result<()> {
        let Self { run, kind, target, outcome } = self;
        let Some(opened) = &outcome.opened else { return Ok(()) };
        let Batch { lines, rows, mut faults, .. } = batch;
        outcome.rows += lines.len();
        let hold = matches!(target, Target::Written(_));
        let (header, conn) = (&opened.header, target.conn());
        let mut planning = Planning { conn, user: run.user, now: run.now, header, faults: &mut faults, hold };
        let (plan, counts) = kind.plan(&mut planning, rows)?;
        if let Target::Written(tx) = target
            && outcome.tally.is_empty()
            && faults.is_empty()
        {
            kind.write(tx, plan)?;
        }
        outcome.counts += counts;
        if let Some(preview) = &mut outcome.preview {
            // A row whose fault is not listed cannot be marked.
            let at_fault = if outcome.tally.has_room() { faults.rows() } else { HashSet::new() };
            preview.add(header, &lines, &at_fault);
        }
        outcome.tally.add(header, &lines, faults);
        run.watch.add_rows(lines.len() as u64);
        Ok(())
    }
}

/// Reads a file, on a thread of its own.
fn read<K: Kind>(file: &mut File, reading: &K::Reading, watch: &Watch, send: SyncSender<Message<K::Row>>) {
    let mut opened: Option<Opened> = None;
    let mut batch = Batch::default();
    let mut total = 0_usize;
    let outcome = source::read(file, K::COLUMNS, watch, &mut |event| match event {
        Event::Opened(found) => {
            opened = Some(found.clone());
            send.send(Message::Opened(found)).is_ok()
        }
        Event::Line(line) => {
            let Some(opened) = &opened else { return false };
            total += 1;
            if let Some(limit) = K::WHOLE.filter(|limit| total > *limit) {
                let message = format!("一次最多导入 {limit} 行，请拆分文件");
                batch.faults.add(line.row, None, None, "too_many_rows", message);
                batch.lines.push(line);
                return false;
            }
            batch.bytes += line.cells.as_slice().len();
            let Line { row, cells, broken } = &line;
            let (header, faults) = (&opened.header, &mut batch.faults);
            let mut cells = Cells { row: *row, header, record: cells, broken, faults };
            cells.check_width();
            batch.rows.extend(K::read(reading, &mut cells).map(|read| (*row, read)));
            batch.lines.push(line);
            let full = batch.lines.len() >= BATCH_ROWS || batch.bytes >= BATCH_BYTES;
            K::WHOLE.is_some() || !full || send.send(Message::Batch(mem::take(&mut batch))).is_ok()
        }
    });
    // Whoever does not listen any more has what they need.
    if !batch.lines.is_empty() {
        let _ = send.send(Message::Batch(batch));
    }
    if let Err(unreadable) = outcome {
        let _ = send.send(Message::Broken(unreadable));
    }
}
