//! Imports at work: at once while the sender waits, or later by themselves. One that was taken
//! for later survives a restart: its file lies beside the data until it has ended.

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
    order::Order,
    source::Watch,
    store::{self, Queued},
    upload::Upload,
};
use crate::{
    auth::CurrentUser,
    db::{Actor, Database, Tx},
    error::{ApiError, Result},
    people::teachers::identity::IdNumbers,
};

/// Imports at once: each takes up to two threads, and memory of its own.
const AT_ONCE: usize = 2;

/// The imports of this program.
pub struct Jobs {
    db: Database,
    id_numbers: Arc<IdNumbers>,
    dir: PathBuf,
    turns: Semaphore,
    /// Of those that wait or run.
    watches: Mutex<HashMap<ImportId, Arc<Watch>>>,
}

impl Jobs {
    /// Keeps files in a folder, which it makes.
    ///
    /// # Errors
    /// In words for the person who starts the program.
    pub fn new(db: Database, id_numbers: IdNumbers, dir: PathBuf) -> Result<Self, String> {
        fs::create_dir_all(&dir).map_err(|error| format!("cannot make {}: {error}", dir.display()))?;
        Ok(Self {
            db,
            id_numbers: Arc::new(id_numbers),
            dir,
            turns: Semaphore::new(AT_ONCE),
            watches: Mutex::default(),
        })
    }

    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    pub fn id_numbers(&self) -> Arc<IdNumbers> {
        Arc::clone(&self.id_numbers)
    }

    fn watches(&self) -> MutexGuard<'_, HashMap<ImportId, Arc<Watch>>> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, id: ImportId) -> PathBuf {
        self.dir.join(id.to_string())
    }

    /// Calls an import off, if it is still at work here.
    pub fn cancel(&self, id: ImportId) -> bool {
        let watches = self.watches();
        let watch = watches.get(&id);
        if let Some(watch) = watch {
            watch.cancel();
        }
        watch.is_some()
    }

    /// What the database does not know of an import at work: how far it is.
    pub fn complete(&self, report: &mut ImportReport) {
        if report.status.is_final() {
            return;
        }
        let watches = self.watches();
        if let Some(watch) = watches.get(&report.id) {
            let (rows, percent) = watch.progress();
            let rows = i64::try_from(rows).unwrap_or(i64::MAX);
            report.progress = Some(ImportProgress { rows, percent: percent.into() });
            if rows > 0 || percent > 0 {
                report.status = ImportStatus::Running;
            }
        }
    }
}

/// Takes an import on for later.
///
/// # Errors
/// Where the file cannot be kept.
pub async fn enqueue(jobs: web::Data<Jobs>, order: Order, upload: Upload) -> Result<ImportReport> {
    let path = jobs.path(order.id);
    let keep = move || {
        let file = upload.file.persist(&path).map_err(|error| error.error)?;
        let kept = Kept(Some(path));
        file.sync_all().map(|()| kept)
    };
    let kept = web::block(keep).await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let queued = order.clone();
    let report = jobs.db.write(order.user.actor(), move |tx| store::enqueue(tx, &queued)).await?;
    jobs.clone().db.after_commit(move || {
        kept.started();
        start(jobs, order);
    });
    Ok(report)
}

/// The file of an import that is about to be taken on: it goes with it, if that fails.
struct Kept(Option<PathBuf>);

impl Kept {
    fn started(mut self) {
        self.0 = None;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.take().map(fs::remove_file) {
            tracing::warn!(%error, "an import's file stays behind");
        }
    }
}

/// Goes on with an import that was taken on.
fn start(jobs: web::Data<Jobs>, order: Order) {
    jobs.watches().insert(order.id, Arc::clone(&order.watch));
    actix_web::rt::spawn(async move {
        let (id, path) = (order.id, jobs.path(order.id));
        let outcome = match File::open(&path) {
            Ok(file) => run(&jobs, order, file, true).await,
            Err(_) => Err(ApiError::unavailable().detail("上传的文件已不在，请重新上传")),
        };
        if let Err(error) = outcome {
            tracing::error!(import = %id, %error, "an import was broken off");
            let message = error.detail.unwrap_or_else(|| "平台未能完成导入，没有写入任何内容，请稍后重试".into());
            let noted = jobs.db.write(Actor::system(), move |tx| store::fail(tx, id, &message)).await;
            if let Err(error) = noted {
                tracing::error!(import = %id, %error, "an import's end could not be noted");
            }
        }
        jobs.watches().remove(&id);
        if let Err(error) = fs::remove_file(&path) {
            tracing::warn!(import = %id, %error, "an import's file stays behind");
        }
    });
}

/// Carries an import out while the sender waits.
///
/// # Errors
/// Where the platform cannot; what is wrong with the file is for the report.
pub async fn run_now(jobs: &Jobs, order: Order, upload: &Upload) -> Result<ImportReport> {
    let file = upload.file.reopen().map_err(ApiError::internal)?;
    run(jobs, order, file, false).await
}

async fn run(jobs: &Jobs, order: Order, mut file: File, queued: bool) -> Result<ImportReport> {
    let _turn = jobs.turns.acquire().await.map_err(ApiError::internal)?;
    let actor = order.user.actor();
    if order.options.dry_run {
        let checked = order.clone();
        let outcome = jobs.db.read(move |conn| checked.check(conn, &mut file)).await?;
        return jobs.db.write(actor, move |tx| store::finish(tx, &order, outcome, queued)).await;
    }
    let carried_out = order.clone();
    let carry_out = move |tx: &mut Tx<'_>| {
        let (outcome, good) = carried_out.carry_out(tx, &mut file)?;
        // The report of what stays is written together with it.
        Ok(if good { (Ok(store::finish(tx, &carried_out, outcome, queued)?), true) } else { (Err(outcome), false) })
    };
    match jobs.db.attempt(actor.clone(), carry_out).await? {
        Ok(report) => Ok(report),
        Err(outcome) => jobs.db.write(actor, move |tx| store::finish(tx, &order, outcome, queued)).await,
    }
}

/// Goes on with what was under way when the program ended.
pub async fn resume(jobs: web::Data<Jobs>) {
    let now = jobs.db.clock().now();
    let queued = match jobs.db.read(move |conn| store::queued(conn, now)).await {
        Ok(queued) => queued,
        Err(error) => {
            tracing::error!(%error, "the imports under way could not be found");
            return;
        }
    };
    for Queued { id, kind, options, file_name, user } in queued {
        let may = |user: &CurrentUser| user.allows(Permission::ImportsWrite) && user.allows(kind.permission());
        match (user.filter(may), options) {
            (Some(user), Some(options)) => {
                let id_numbers = jobs.id_numbers();
                let order = Order { id, kind, options, file_name, user, watch: Arc::default(), id_numbers };
                start(jobs.clone(), order);
            }
            _ => {
                let message = "平台重启后，导入人已无权导入";
                if let Err(error) = jobs.db.write(Actor::system(), move |tx| store::fail(tx, id, message)).await {
                    tracing::error!(import = %id, %error, "an import's end could not be noted");
                }
            }
        }
    }
}
