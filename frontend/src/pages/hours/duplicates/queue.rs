//! The queue of pairs.

use songjiao_types::{
    HourRecordId,
    hour_records::{HourRecordQuery, HourRecordSort, HourRecordStatus, HourRecordView},
};
use yew::prelude::*;

use super::deciding::PairView;
use crate::{
    api::hour_records::list_hour_records,
    components::{Button, ButtonLink, Crumb, EmptyState, IconName, PageHeader, Section, loaded},
    format,
    hooks::{use_query_keep_previous, use_url_query},
    route::Route,
};

/// Number of records in the queue. Decided ones make room for others.
const AT_ONCE: i64 = 100;

/// The pending records, oldest first. `?id=` starts with one of them.
#[component]
pub fn QueuePage() -> Html {
    let query = HourRecordQuery {
        suspected: Some(true),
        status: Some(HourRecordStatus::Pending),
        sort: Some(HourRecordSort::Created),
        limit: Some(AT_ONCE),
        with_total: Some(true),
        ..Default::default()
    };
    let load = use_query_keep_previous(Some(list_hour_records(&query)));
    let asked = use_url_query();
    let chosen = use_state(|| asked.get("id").and_then(|id| id.parse::<HourRecordId>().ok()));
    let content = loaded(&load, |page| {
        // A decided record is gone: the queue goes on at its position.
        let at = chosen.and_then(|id| page.items.iter().position(|record| record.id == id)).unwrap_or_default();
        match page.items.get(at) {
            None => nothing(),
            Some(record) => {
                let step = |to: Option<&HourRecordView>| {
                    let (chosen, to) = (chosen.clone(), to.map(|record| record.id));
                    Callback::from(move |()| {
                        if to.is_some() {
                            chosen.set(to);
                        }
                    })
                };
                let before = at.checked_sub(1).and_then(|before| page.items.get(before));
                let after = page.items.get(at + 1);
                let ondecided = {
                    let (chosen, next, reload) = (chosen.clone(), after.map(|record| record.id), load.reload.clone());
                    Callback::from(move |()| {
                        chosen.set(next);
                        reload.emit(());
                    })
                };
                let total = page.total.unwrap_or_default();
                html! {
                    <>
                        <div class="queue" role="group" aria-label={t!("待核对的记录")}>
                            <Button icon={IconName::Back} disabled={before.is_none()} onclick={step(before).reform(|_| ())}>{ t!("上一条") }</Button>
                            <p aria-live="polite">{ t!("第 {place} 条，共 {total} 条待核对", place = at + 1, total = format::count(total)) }</p>
                            <Button icon={IconName::Next} disabled={after.is_none()} onclick={step(after).reform(|_| ())}>{ t!("下一条") }</Button>
                        </div>
                        <PairView key={record.id.to_string()} id={record.id} {ondecided} onprevious={step(before)} onnext={step(after)} />
                    </>
                }
            }
        }
    });
    html! {
        <>
            <PageHeader title={t!("疑似重复")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home), Crumb::to(t!("学时记录"), Route::HourRecords)]}
                subtitle={t!("不同来源登记了看似同一培训的学时。同一培训只能计一次，请逐条核对。")} />
            { content }
        </>
    }
}

fn nothing() -> Html {
    html! {
        <Section>
            <EmptyState icon={IconName::Check} title={t!("没有待核对的疑似重复")}>
                <p>{ t!("有新的疑似重复时会列在这里。") }</p>
                <ButtonLink to={Route::HourRecords}>{ t!("查看学时记录") }</ButtonLink>
            </EmptyState>
        </Section>
    }
}
