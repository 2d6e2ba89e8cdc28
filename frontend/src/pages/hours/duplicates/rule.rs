//! The page that decides the open groups of a filter by a named rule, after a dry count.

use songjiao_types::{
    FieldError, OrganizationId,
    duplicate_groups::{DecideDuplicateGroups, DecidedDuplicateGroups, DuplicateGroupQuery, DuplicateRule},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::list::list_crumb;
use crate::{
    api::duplicate_groups::decide_duplicate_groups,
    calendar::Calendar,
    components::{
        Button, ButtonKind, Dialog, FormView, Notice, OptionField, OrganizationField, PageHeader, Section, SelectField,
        TextAreaField, TextField, use_toasts,
    },
    format,
    hooks::{Errors, bind, optional_text, set_to, use_calendar, use_dry_run, use_page_form, use_submit, use_url_query},
    route::Route,
};

#[derive(Clone, Default)]
struct Draft {
    rule: Option<DuplicateRule>,
    source: String,
    training_year: String,
    organization_id: Option<OrganizationId>,
    reason: String,
}

impl Draft {
    fn to_wire(&self, dry_run: bool) -> Result<DecideDuplicateGroups, Vec<FieldError>> {
        let rule = self.rule.map(|_| "given").unwrap_or_default();
        let mut required = vec![("/rule", rule), ("/reason", self.reason.as_str())];
        if self.rule == Some(DuplicateRule::Source) {
            required.push(("/source", &self.source));
        }
        Errors::required(&required).build(|| {
            Some(DecideDuplicateGroups {
                rule: self.rule?,
                source: optional_text(&self.source).filter(|_| self.rule == Some(DuplicateRule::Source)),
                organization_id: self.organization_id,
                training_year: self.training_year.parse().ok(),
                reason: self.reason.trim().to_owned(),
                dry_run,
            })
        })
    }
}

/// Asks for the rule, counts what it does, and does it once confirmed.
#[component]
pub fn RulePage() -> Html {
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let query: DuplicateGroupQuery = use_url_query().read();
    let calendar = use_calendar();
    let years = calendar.value().map(|calendar| Calendar::of(calendar).year_options()).unwrap_or_default();
    let counted = use_state(|| None::<DecidedDuplicateGroups>);
    let form = use_page_form(|| Draft {
        training_year: query.training_year.map(|year| year.to_string()).unwrap_or_default(),
        organization_id: query.organization_id,
        ..Draft::default()
    });
    let check = {
        let counted = counted.clone();
        use_dry_run(
            &form,
            |draft: &Draft| draft.to_wire(true),
            |client, body| async move { decide_duplicate_groups(&client, &body).await },
            move |answer| counted.set(Some(answer.value)),
        )
    };
    let send = use_submit(
        &form,
        |draft: &Draft| draft.to_wire(false),
        |client, body| async move { decide_duplicate_groups(&client, &body).await },
        move |decided| {
            toasts.success(t!("已裁定 {groups} 组", groups = format::count(decided.value.groups)));
            navigator.replace(&Route::DuplicateGroups);
        },
    );
    let close = set_to(&counted, None);
    let confirm = {
        let close = close.clone();
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            send.emit(());
        })
    };
    let nothing = counted.as_ref().is_some_and(|counts| counts.groups == 0);
    let footer = html! {
        <>
            <Button onclick={close.reform(|_| ())}>{ t!("取消") }</Button>
            if !nothing { <Button kind={ButtonKind::Danger} onclick={confirm}>{ t!("确认裁定") }</Button> }
        </>
    };
    let by_source = form.draft().rule == Some(DuplicateRule::Source);
    html! {
        <>
            <PageHeader title={t!("按规则裁定")} crumbs={vec![list_crumb()]}
                subtitle={t!("对所选范围内待核对的各组用同一规则裁定。先试算，确认后执行；本人的学时和规则无法确定的组留待逐组裁定。")} />
            <Section>
                <FormView status={form.status()} onsubmit={check} submit={t!("试算")} cancel={Route::DuplicateGroups} label={t!("按规则裁定")}>
                    <SelectField<DuplicateRule> label={t!("规则")} required=true bind={bind!(form.rule)} />
                    if by_source {
                        <TextField label={t!("保留哪个来源")} required=true maxlength="64" hint={t!("来源名称，如 province；该来源没有登记或有多份登记的组不裁定。")} bind={bind!(form.source)} />
                    }
                    <OptionField label={t!("培训年度")} none={t!("全部")} options={years} bind={bind!(form.training_year)} />
                    <OrganizationField label={t!("单位")} placeholder={t!("全部")} hint={t!("只裁定有学时计入该单位的组。")} bind={bind!(form.organization_id)} />
                    <TextAreaField label={t!("理由")} required=true maxlength="500" bind={bind!(form.reason)} />
                </FormView>
                <Dialog open={counted.is_some()} title={t!("按规则裁定？")} onclose={close} {footer}>
                    { counted.as_ref().map(counts).unwrap_or_default() }
                </Dialog>
            </Section>
        </>
    }
}

fn counts(counts: &DecidedDuplicateGroups) -> Html {
    let number = format::count;
    if counts.groups == 0 {
        return html! { <Notice>{ t!("所选范围内没有该规则可以裁定的组。") }</Notice> };
    }
    html! {
        <>
            <p><strong>{ t!("将裁定 {groups} 组，另有 {left} 组留待逐组裁定。", groups = number(counts.groups), left = number(counts.left)) }</strong></p>
            <ul>
                <li>{ t!("认定 {count} 条记录", count = number(counts.recognized)) }</li>
                <li>{ t!("驳回 {count} 条待认定的记录", count = number(counts.rejected)) }</li>
                <li>{ t!("作废 {count} 条已认定的记录", count = number(counts.voided)) }</li>
            </ul>
        </>
    }
}
