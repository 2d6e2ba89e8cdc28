//! Runs imports, while the client waits or in the background. A queued import survives a restart: its
//! file is kept in the data folder until it ends.

use std::{
    collections::HashMap,
    fs::{self, File},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::web;
use songjiao_types::{
    ImportId, Permission,
    imports::{ImportProgress, ImportReport, ImportStatus},
};
use tokio::sync::Semaphore;

use super::{
    import_job::ImportJob,
    source::Progress,
    store::{self, Queued},
    upload::Upload,
};
use crate::{
    auth::CurrentUser,
    config::create_private_dir,
    db::{Actor, Database, Tx},
    error::{ApiError, Result},
    hours::hour_records::sources,
    people::teachers::identity::IdNumbers,
};

/// The folder of the files in the data folder.
pub const FOLDER: &str = "imports";
/// Concurrent imports: each takes up to two threads and memory of its own.
const CONCURRENT_IMPORTS: usize = 2;

/// The imports of this process.
pub struct Jobs {
    db: Database,
    id_numbers: Arc<IdNumbers>,
    dir: PathBuf,
    slots: Semaphore,
    /// The progress of imports that wait or run.
    running: Mutex<HashMap<ImportId, Arc<Progress>>>,
}

impl Jobs {
    /// Creates the folder for the files of imports.
    ///
    /// # Errors
    /// A message for the operator if the folder cannot be created.
    pub fn new(db: Database, id_numbers: IdNumbers, dir: PathBuf) -> Result<Self, String> {
        create_private_dir(&dir).map_err(|error| format!("cannot make {}: {error}", dir.display()))?;
        Ok(Self {
            db,
            id_numbers: Arc::new(id_numbers),
            dir,
            slots: Semaphore::new(CONCURRENT_IMPORTS),
            running: Mutex::default(),
        })
    }

    /// Returns the folder for the files of imports.
    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    pub fn id_numbers(&self) -> Arc<IdNumbers> {
        Arc::clone(&self.id_numbers)
    }

    /// Checks that the caller may write under the source of an import of hour records, and returns the caller.
    ///
    /// # Errors
    /// 403 `foreign_source`.
    pub async fn check_source(&self, user: CurrentUser, source: Option<String>) -> Result<CurrentUser> {
        let Some(source) = source else { return Ok(user) };
        self.db.read(move |conn| sources::writable(conn, &user, &source, "source").map(|_| user)).await
    }

    fn running(&self) -> MutexGuard<'_, HashMap<ImportId, Arc<Progress>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, id: ImportId) -> PathBuf {
        self.dir.join(id.to_string())
    }

    /// Cancels an import. Returns whether it waits or runs in this process.
    pub fn cancel(&self, id: ImportId) -> bool {
        let running = self.running();
        let progress = running.get(&id);
        if let Some(progress) = progress {
            progress.cancel();
        }
        progress.is_some()
    }

    /// Adds the progress of a running import to its report; the database does not hold it.
    pub fn add_progress(&self, report: &mut ImportReport) {
        if report.status.is_final() {
            return;
        }
        let running = self.running();
        if let Some(progress) = running.get(&report.id) {
            let (rows, percent) = progress.rows_and_percent();
            let rows = i64::try_from(rows).unwrap_or(i64::MAX);
            report.progress = Some(ImportProgress { rows, percent: percent.into() });
            if rows > 0 || percent > 0 {
                report.status = ImportStatus::Running;
            }
        }
    }
}

/// Queues an import to run in the background.
///
/// # Errors
/// If the file or the job cannot be stored.
pub async fn enqueue(jobs: web::Data<Jobs>, job: ImportJob, upload: Upload) -> Result<ImportReport> {
    let path = jobs.path(job.id);
    let keep = move || {
        let file = upload.file.persist(&path).map_err(|error| error.error)?;
        let kept = SpooledFile(Some(path));
        file.sync_all().map(|()| kept)
    };
    let kept = web::block(keep).await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let queued = job.clone();
    let report = jobs.db.write(job.user.actor(), move |tx| store::enqueue(tx, &queued)).await?;
    jobs.clone().db.after_commit(move || {
        kept.keep();
        start(jobs, job);
    });
    Ok(report)
}

/// The file of an import that is being queued; deleted if queueing fails.
struct SpooledFile(Option<PathBuf>);

impl SpooledFile {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for SpooledFile {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.take().map(fs::remove_file) {
            tracing::warn!(%error, "an import's file could not be deleted");
        }
    }
}

/// Starts a queued import.
fn start(jobs: web::Data<Jobs>, job: ImportJob) {
    jobs.running().insert(job.id, Arc::clone(&job.progress));
    actix_web::rt::spawn(async move {
        let (id, path) = (job.id, jobs.path(job.id));
        let outcome = match File::open(&path) {
            Ok(file) => run(&jobs, job, file, true).await,
            Err(_) => Err(ApiError::unavailable().detail("上传的文件已不在，请重新上传")),
        };
        if let Err(error) = outcome {
            tracing::error!(import = %id, %error, "an import failed");
            let message = error.detail.unwrap_or_else(|| "平台未能完成导入，没有写入任何内容，请稍后重试".into());
            let noted = jobs.db.write(Actor::system(), move |tx| store::fail(tx, id, &message)).await;
            if let Err(error) = noted {
                tracing::error!(import = %id, %error, "an import's failure could not be recorded");
            }
        }
        jobs.running().remove(&id);
        if let Err(error) = fs::remove_file(&path) {
            tracing::warn!(import = %id, %error, "an import's file could not be deleted");
        }
    });
}

/// Runs an import while the client waits.
///
/// # Errors
/// If the platform fails. Faults of the file are part of the report.
pub async fn run_now(jobs: &Jobs, job: ImportJob, upload: &Upload) -> Result<ImportReport> {
    let file = upload.file.reopen().map_err(ApiError::internal)?;
    run(jobs, job, file, false).await
}

async fn run(jobs: &Jobs, job: ImportJob, mut file: File, queued: bool) -> Result<ImportReport> {
    let _slot = jobs.slots.acquire().await.map_err(ApiError::internal)?;
    let actor = job.user.actor();
    if job.options.dry_run {
        let checked = job.clone();
        let outcome = jobs.db.read(move |conn| checked.check(conn, &mut file)).await?;
        return jobs.db.write(actor, move |tx| store::finish(tx, &job, outcome, queued)).await;
    }
    let writing = job.clone();
    let write = move |tx: &mut Tx<'_>| {
        let (outcome, good) = writing.write(tx, &mut file)?;
        // The report of a committed import is committed with it.
        Ok(if good { (Ok(store::finish(tx, &writing, outcome, queued)?), true) } else { (Err(outcome), false) })
    };
    match jobs.db.attempt(actor.clone(), write).await? {
        Ok(report) => Ok(report),
        Err(outcome) => jobs.db.write(actor, move |tx| store::finish(tx, &job, outcome, queued)).await,
    }
}

/// Resumes the imports that were queued or running when the process ended.
pub async fn resume(jobs: web::Data<Jobs>) {
    let now = jobs.db.clock().now();
    let queued = match jobs.db.read(move |conn| store::queued(conn, now)).await {
        Ok(queued) => queued,
        Err(error) => {
            tracing::error!(%error, "the queued imports could not be read");
            return;
        }
    };
    for Queued { id, kind, options, file_name, user } in queued {
        let may = |user: &CurrentUser| user.allows(Permission::ImportsWrite) && user.allows(kind.permission());
        match (user.filter(may), options) {
            (Some(user), Some(options)) => {
                let id_numbers = jobs.id_numbers();
                let job = ImportJob { id, kind, options, file_name, user, progress: Arc::default(), id_numbers };
                start(jobs.clone(), job);
            }
            _ => {
                let message = "平台重启后，导入人已无权导入";
                if let Err(error) = jobs.db.write(Actor::system(), move |tx| store::fail(tx, id, message)).await {
                    tracing::error!(import = %id, %error, "an import's failure could not be recorded");
                }
            }
        }
    }
}
