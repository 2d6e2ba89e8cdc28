//! A group: decided in turn with the other open ones, or shown with its decision.

use songjiao_types::{
    DuplicateGroupId, Permission, WireEnum,
    duplicate_groups::{DuplicateGroupQuery, DuplicateGroupStatus, DuplicateGroupView},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::{compare::Comparison, deciding::Deciding, list::list_crumb};
use crate::{
    api::duplicate_groups::{find_duplicate_group, list_duplicate_groups},
    components::{Button, IconName, IdProps, Notice, PageHeader, Section, Tone, loaded},
    format,
    hooks::{use_query, use_query_keep_previous},
    route::Route,
    session::use_session,
};

/// Number of open groups that are gone through. Decided ones make room for others.
const AT_ONCE: i64 = 100;

/// All units of a group side by side.
#[component]
pub fn DetailPage(props: &IdProps<DuplicateGroupId>) -> Html {
    let session = use_session();
    let navigator = use_navigator().expect("below the router");
    let load = use_query_keep_previous(Some(find_duplicate_group(props.id)));
    let query = DuplicateGroupQuery {
        status: Some(DuplicateGroupStatus::Open),
        limit: Some(AT_ONCE),
        with_total: Some(true),
        ..Default::default()
    };
    let decides = session.can(Permission::HoursRecognize);
    let open = use_query(decides.then(|| list_duplicate_groups(&query)));
    let groups = open.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let at = groups.iter().position(|group| group.id == props.id);
    let go = |to: Option<DuplicateGroupId>| {
        let navigator = navigator.clone();
        Callback::from(move |()| {
            if let Some(id) = to {
                navigator.replace(&Route::DuplicateGroup { id });
            }
        })
    };
    let before = at.and_then(|at| groups.get(at.checked_sub(1)?)).map(|group| group.id);
    let after = at.and_then(|at| groups.get(at + 1)).map(|group| group.id);
    let ondecided = {
        let (reload, again, navigator) = (load.reload.clone(), open.reload.clone(), navigator.clone());
        Callback::from(move |()| {
            again.emit(());
            match after.or(before) {
                Some(id) => navigator.replace(&Route::DuplicateGroup { id }),
                None => reload.emit(()),
            }
        })
    };
    let turn = at.map(|at| {
        let total = open.value().and_then(|page| page.total).unwrap_or_default();
        html! {
            <div class="queue" role="group" aria-label={t!("待核对的组")}>
                <Button icon={IconName::Back} disabled={before.is_none()} onclick={go(before).reform(|_| ())}>{ t!("上一组") }</Button>
                <p aria-live="polite">{ t!("第 {place} 组，共 {total} 组待核对", place = at + 1, total = format::count(total)) }</p>
                <Button icon={IconName::Next} disabled={after.is_none()} onclick={go(after).reform(|_| ())}>{ t!("下一组") }</Button>
            </div>
        }
    });
    loaded(&load, |group| {
        let own = session.me().is_some_and(|me| me.teacher_id == Some(group.teacher_id));
        let title = t!("{name}的疑似重复", name = group.teacher_name);
        html! {
            <>
                <PageHeader {title} crumbs={vec![list_crumb()]} subtitle={grounds(group)} />
                { turn.unwrap_or_default() }
                if decides && !own && group.status == DuplicateGroupStatus::Open {
                    <Deciding key={group.id.to_string()} group={group.clone()} {ondecided} onprevious={go(before)} onnext={go(after)} />
                } else {
                    { state(group, own) }
                    <Section><Comparison group={group.clone()} keep={None} ontoggle={Callback::noop()} /></Section>
                }
            </>
        }
    })
}

/// Why the units are suspected, in one line.
fn grounds(group: &DuplicateGroupView) -> AttrValue {
    let grounds: Vec<&str> = group.grounds.iter().map(|ground| t!(ground.label())).collect();
    t!("{count} 份登记看似同一培训：{grounds}。", count = group.units.len(), grounds = grounds.join(t!("；"))).into()
}

fn state(group: &DuplicateGroupView, own: bool) -> Html {
    let at = group.decided_at.map(format::date_time).unwrap_or_default();
    match group.status {
        DuplicateGroupStatus::Open if own => html! {
            <Notice tone={Tone::Warning} title={t!("待他人核对")}>{ t!("本人的学时由他人裁定。") }</Notice>
        },
        DuplicateGroupStatus::Open => html! {
            <Notice tone={Tone::Warning} title={t!("待核对")}>{ t!("由教师进修学校或教育局裁定保留哪一份；同一培训只计一次。") }</Notice>
        },
        DuplicateGroupStatus::Decided => html! {
            <Notice title={t!("已裁定")}>
                { t!("裁定时间：{at}", at) }
                if let Some(reason) = &group.reason { <p>{ t!("理由：{reason}", reason) }</p> }
            </Notice>
        },
        DuplicateGroupStatus::Lapsed => html! {
            <Notice title={t!("已解除")}>{ t!("有登记已结束或并入其他组，于 {at} 自动解除。", at) }</Notice>
        },
    }
}
