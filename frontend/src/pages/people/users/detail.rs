//! One user, and what an administrator can do about the account.

use songjiao_types::{
    FieldError, Permission, UserId, WireEnum,
    auth::PASSWORD_MIN,
    users::{UpdateUser, UserView},
};
use yew::prelude::*;

use super::common::{last_login, list_crumb, status_badge};
use crate::{
    api::users::{find_user, unlock_user, update_user},
    components::{
        ActionButton, Button, ButtonKind, ButtonLink, ConfirmButton, Dialog, FormView, IconName, IdProps, KeyValues,
        Link, Notice, PageHeader, PasswordField, RecordProps, Section, Success, Tone, Work, loaded, use_save,
    },
    format,
    hooks::{bind, both, check, field_error, required, set_to, use_form, use_query},
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The page of a user.
#[component]
pub fn DetailPage(props: &IdProps<UserId>) -> Html {
    let load = use_query(Some(find_user(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |user| html! { <Detail record={user.clone()} {etag} {reload} /> })
}

#[component]
fn Detail(props: &RecordProps<UserView>) -> Html {
    let RecordProps { record: user, etag, reload } = props;
    let session = use_session();
    let own = session.me().is_some_and(|me| me.id == user.id);
    let may_write = session.can(Permission::UsersWrite);
    let items = vec![
        (heading::<UserView>("username"), html! { <code>{ &user.username }</code> }),
        (heading::<UserView>("name"), html! { &user.name }),
        (heading::<UserView>("role"), html! { t!(user.role.label()) }),
        (
            heading::<UserView>("organization_name"),
            html! { <Link to={Route::Organization { id: user.organization.id }}>{ &user.organization.name }</Link> },
        ),
        (
            heading::<UserView>("scope_name"),
            html! { <Link to={Route::Organization { id: user.scope.id }}>{ t!("{name}及其下属单位", name = user.scope.name) }</Link> },
        ),
        (t!("状态").into(), status_badge(user)),
        (heading::<UserView>("last_login_at"), last_login(user.last_login_at)),
        (heading::<UserView>("created_at"), html! { format::date_time(user.created_at) }),
        (t!("最近修改").into(), html! { format::date_time(user.updated_at) }),
    ];
    let actions = html! {
        if may_write {
            <ButtonLink to={Route::EditUser { id: user.id }} icon={IconName::Edit} kind={ButtonKind::Primary}>{ t!("编辑") }</ButtonLink>
            if user.locked_until.is_some() { { unlock_button(user.id, reload) } }
            if !own {
                <ResetPassword record={user.clone()} etag={etag.clone()} reload={reload.clone()} />
                { access_button(user, etag, reload) }
            }
        }
    };
    html! {
        <>
            <PageHeader title={user.name.clone()} crumbs={vec![list_crumb()]} beside={status_badge(user)} {actions} />
            if user.disabled {
                <Notice tone={Tone::Warning} title={t!("该账号已停用")}>{ t!("停用期间不能登录；以往的记录不受影响。") }</Notice>
            }
            if own && may_write {
                <Notice>{ t!("这是您自己的账号。要修改密码，请到") }<Link to={Route::Account}>{ t!("我的账号") }</Link>{ t!("。") }</Notice>
            }
            <Section title={t!("账号信息")}><KeyValues {items} /></Section>
        </>
    }
}

fn unlock_button(id: UserId, reload: &Callback<()>) -> Html {
    let work = Work::new(move |client, ()| async move {
        unlock_user(&client, id).await?;
        Ok(Success::toast(t!("已解除登录锁定")))
    });
    html! { <ActionButton icon={IconName::Lock} text={t!("解除锁定")} {work} onsettled={reload} /> }
}

/// Disables the account after a confirmation, or enables it without one.
fn access_button(user: &UserView, etag: &str, reload: &Callback<()>) -> Html {
    let (id, disable, etag) = (user.id, !user.disabled, etag.to_owned());
    let work = Work::new(move |client, ()| {
        let etag = etag.clone();
        async move {
            let body = UpdateUser { disabled: Some(disable), ..UpdateUser::default() };
            update_user(&client, id, &etag, &body).await?;
            Ok(Success::toast(if disable { t!("账号已停用") } else { t!("账号已启用") }))
        }
    });
    if !disable {
        return html! { <ActionButton icon={IconName::Check} text={t!("启用账号")} {work} onsettled={reload} /> };
    }
    html! {
        <ConfirmButton icon={IconName::Lock} text={t!("停用账号")} title={t!("停用“{name}”的账号？", name = user.name)} confirm={t!("停用账号")} {work}
            onsettled={reload}>
            <p>{ t!("停用后该用户立即退出登录，且不能再登录，直到重新启用。以往的记录保留。") }</p>
        </ConfirmButton>
    }
}

#[derive(Clone, Default)]
struct NewPassword {
    password: String,
}

impl NewPassword {
    fn to_wire(&self) -> Result<UpdateUser, Vec<FieldError>> {
        required(&[("/password", &self.password)])?;
        if self.password.trim() != self.password {
            return Err(vec![field_error("/password", t!("密码首尾不能有空格"))]);
        }
        check(UpdateUser { password: Some(self.password.clone()), ..UpdateUser::default() })
    }
}

/// Sets a new initial password.
#[component]
fn ResetPassword(props: &RecordProps<UserView>) -> Html {
    let open = use_state(|| false);
    html! {
        <>
            <Button icon={IconName::Key} onclick={set_to(&open, true)}>{ t!("重置密码") }</Button>
            <Dialog open={*open} title={t!("重置“{name}”的密码", name = props.record.name)} onclose={set_to(&open, false)}>
                <ResetForm user={props.record.clone()} etag={props.etag.clone()} reload={props.reload.clone()} onclose={set_to(&open, false)} />
            </Dialog>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ResetFormProps {
    user: UserView,
    etag: String,
    reload: Callback<()>,
    onclose: Callback<()>,
}

#[component]
fn ResetForm(props: &ResetFormProps) -> Html {
    let ResetFormProps { user, etag, reload, onclose } = props;
    let (id, name) = (user.id, user.name.clone());
    let form = use_form(NewPassword::default);
    let done = both(onclose, reload);
    let submit = {
        let etag = etag.clone();
        use_save(
            &form,
            NewPassword::to_wire,
            move |client, body| {
                let etag = etag.clone();
                async move { update_user(&client, id, &etag, &body).await }
            },
            move |_| t!("已重置“{name}”的密码，请当面或电话告知本人", name),
            move |_| done.emit(()),
        )
    };
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("重置密码")} narrow=true oncancel={onclose.clone()}
            onstale={reload.clone()} label={t!("重置密码")}>
            <p>{ t!("重置后该用户在所有设备上退出登录，下次登录时须自行修改密码。") }</p>
            <PasswordField label={t!("新的初始密码")} autocomplete="new-password" hint={t!("至少 {PASSWORD_MIN} 个字符。", PASSWORD_MIN)}
                bind={bind!(form.password)} />
        </FormView>
    }
}
