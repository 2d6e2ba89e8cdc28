//! Taking an import of hour records back.

use songjiao_types::{
    ImportId, WireEnum,
    hour_records::{KeptRecord, TakeBackImport, TakenBackImport},
    imports::{ImportKind, ImportReport, ImportStatus},
};
use yew::prelude::*;

use crate::{
    api::{hour_records::find_hour_record, imports::take_back_import},
    components::{Button, IconName, Link, Notice, ReasonButton, Success, Tone, Work, use_toasts},
    format,
    hooks::{use_action, use_query},
    route::Route,
};

/// Records that stay and are named.
const NAMED: usize = 10;

/// Properties of [`TakeBack`].
#[derive(Properties, PartialEq)]
pub struct TakeBackProps {
    pub report: ImportReport,
    pub onchanged: Callback<()>,
}

/// Counts what would end, then asks for the reason; says by whom an import was taken back.
#[component]
pub fn TakeBack(props: &TakeBackProps) -> Html {
    let TakeBackProps { report, onchanged } = props;
    let counted = use_state(|| None::<TakenBackImport>);
    let toasts = use_toasts();
    let id = report.id;
    let count = {
        let counted = counted.clone();
        use_action(
            move |client, _: MouseEvent| async move { take_back(&client, id, String::from("-"), true).await },
            move |outcome| match outcome {
                Ok(found) => counted.set(Some(found)),
                Err(error) => toasts.failure(&error),
            },
        )
    };
    if let Some(at) = report.taken_back_at {
        let reason = report.take_back_reason.clone().unwrap_or_default();
        return html! {
            <Notice tone={Tone::Neutral} title={t!("该导入已整批撤回")}>
                <p>{ t!("{at}，原因：{reason}", at = format::date_time(at), reason) }</p>
            </Notice>
        };
    }
    if report.kind != ImportKind::HourRecords || report.status != ImportStatus::Imported {
        return Html::default();
    }
    let Some(found) = &*counted else {
        return html! { <Button icon={IconName::Back} busy={count.busy} onclick={count.run.clone()}>{ t!("整批撤回…") }</Button> };
    };
    let work = Work::new(move |client, reason| async move {
        let done = take_back(&client, id, reason, false).await?;
        Ok(Success::toast(t!("已撤回 {records} 条记录", records = format::count(done.voided + done.withdrawn))))
    });
    html! {
        <Notice tone={Tone::Warning} title={t!("整批撤回这次导入")}>
            <p>{ t!("将作废 {voided} 条已认定、撤回 {withdrawn} 条待认定的记录，共 {hours} 学时。", voided = format::count(found.voided), withdrawn = format::count(found.withdrawn), hours = found.hours) }</p>
            if found.kept_total > 0 {
                <p>{ t!("另有 {kept} 条不能撤回，保持不变：", kept = format::count(found.kept_total)) }</p>
                <ul>{ for found.kept.iter().take(NAMED).map(|record| html! { <Kept key={record.id.to_string()} record={*record} /> }) }</ul>
                if found.kept_total > i64::try_from(NAMED).unwrap_or(i64::MAX) { <p>{ t!("只列出前 {named} 条。", named = NAMED) }</p> }
            }
            if found.voided + found.withdrawn > 0 {
                <ReasonButton icon={IconName::Back} text={t!("整批撤回")} title={t!("整批撤回这次导入？")} confirm={t!("整批撤回")} label={t!("撤回原因")} {work} ondone={onchanged}>
                    <p>{ t!("撤回后可改正文件重新导入；单条记录可恢复。") }</p>
                </ReasonButton>
            }
        </Notice>
    }
}

#[derive(Properties, PartialEq)]
struct KeptProps {
    record: KeptRecord,
}

/// A record that stays, and why.
#[component]
fn Kept(props: &KeptProps) -> Html {
    let KeptRecord { id, because } = props.record;
    let because = t!(because.label());
    let load = use_query(Some(find_hour_record(id)));
    // One outside the user's scope has no name.
    let text = load.value().map_or_else(
        || because.to_owned(),
        |record| t!("{teacher}“{title}”：{because}", teacher = record.teacher_name, title = record.title, because),
    );
    html! { <li><Link to={Route::HourRecord { id }}>{ text }</Link></li> }
}

async fn take_back(
    client: &crate::api::Client,
    id: ImportId,
    reason: String,
    dry_run: bool,
) -> crate::api::ApiResult<TakenBackImport> {
    Ok(take_back_import(client, id, &TakeBackImport { reason, dry_run }).await?.value)
}
