//! Products of numbers, put together where they are used: the compiler would leave them as calls, and
//! a call passes numbers through memory. The names of [`field`](super::p256::eight) are to be in scope.

/// Calls the function for each digit, in order.
macro_rules! each_digit {
    ($function:ident($($argument:expr),*)) => {{
        $function::<0>($($argument),*);
        $function::<1>($($argument),*);
        $function::<2>($($argument),*);
        $function::<3>($($argument),*);
        $function::<4>($($argument),*);
        if D > 5 {
            $function::<5>($($argument),*);
            $function::<6>($($argument),*);
            $function::<7>($($argument),*);
        }
    }};
}

/// Adds the product of two numbers to columns, which are a variable.
macro_rules! add_product {
    ($columns:ident, $a:expr, $b:expr) => {
        each_digit!(add_row(&mut $columns, &$a.0, &$b.0))
    };
}

/// The columns of a product.
macro_rules! product {
    ($a:expr, $b:expr) => {{
        let mut columns = no_columns();
        add_product!(columns, $a, $b);
        columns
    }};
}

/// Of a square: each product of two digits once, all doubled, and the squares.
macro_rules! square_of {
    ($a:expr) => {{
        let mut columns = no_columns();
        each_digit!(add_row_above(&mut columns, &$a.0));
        double_columns(&mut columns);
        add_squares(&mut columns, &$a.0);
        columns
    }};
}

/// Divides columns by R: digits that are not carried. Both may be signed.
macro_rules! reduced {
    ($columns:expr) => {{
        let (mut sums, mut less) = ($columns, no_columns());
        each_digit!(step(&mut sums, &mut less));
        upper(&sums, &less)
    }};
}

/// [`reduced`] for two sets of columns, in turns, so that neither waits for itself; if the registers
/// have room for both.
macro_rules! both_reduced {
    ($first:expr, $second:expr) => {{
        let (mut first, mut second) = ($first, $second);
        let (mut less, mut less_of_second) = (no_columns(), no_columns());
        if D > 5 {
            each_digit!(step(&mut first, &mut less));
            each_digit!(step(&mut second, &mut less_of_second));
        } else {
            each_digit!(both_steps(
                &mut first,
                &mut less,
                &mut second,
                &mut less_of_second
            ));
        }
        (upper(&first, &less), upper(&second, &less_of_second))
    }};
}

pub(super) use {add_product, both_reduced, each_digit, product, reduced, square_of};
