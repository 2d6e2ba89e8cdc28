//! The split points. Nothing but the split function of a bundle may refer to its pages: any other reference pulls them
//! into the main module.

use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

use super::bundle::{Bundle, Render, set_loader};
use crate::{
    pages::{account, exchange, gallery, hours, insight, lessons, login, people, training},
    route::Route,
};

/// The page of a route: another id is another page, another argument is another state of the same one.
macro_rules! page {
    ([$($page:ident)::+]) => { html! { <$($page)::+ /> } };
    ([$($page:ident)::+] id $id:ident) => { html! { <$($page)::+ key={$id.to_string()} {$id} /> } };
    ([$($page:ident)::+] $other:ident $argument:ident) => { html! { <$($page)::+ {$argument} /> } };
}

macro_rules! define_split_points {
    ($($bundle:ident $file:ident [$($ahead:ident)?] $($mark:ident)* $(($host:ident))? $(= $($part:ident)::+)? {
        $($section:ident => {
            $($route:ident $({ $argument:ident: $type:ty })? $path:literal [$($permission:ident)?] $($page:ident)::+,)*
        })*
    })*) => {
        $(
            #[wasm_split($file, fallible)]
            fn $file() -> Result<Render, SplitLoaderError> {
                Ok(|route| match route.clone() {
                    $($(Route::$route $({ $argument })? => page!([$($page)::+] $($argument $argument)?),)*)*
                    $(_ if true => page!([$($part)::+]),)?
                    _ => Html::default(),
                })
            }
        )*

        /// Makes the pages available to [`Bundle::load`].
        pub fn install() {
            set_loader(|bundle| Box::pin(async move {
                match bundle {
                    $(Bundle::$bundle => $file().await.ok(),)*
                }
            }));
        }
    };
}

route_table!(define_split_points);
