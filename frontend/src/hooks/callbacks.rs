//! Callbacks that change a state or call others.

use yew::prelude::*;

/// A callback that sets a state to a fixed value, whatever event it gets.
pub fn set_to<T: Clone + 'static, E>(state: &UseStateHandle<T>, value: T) -> Callback<E> {
    let setter = state.setter();
    Callback::from(move |_| setter.set(value.clone()))
}

/// A callback that calls two others, in order.
pub fn both(first: &Callback<()>, second: &Callback<()>) -> Callback<()> {
    let (first, second) = (first.clone(), second.clone());
    Callback::from(move |()| {
        first.emit(());
        second.emit(());
    })
}
