// A form that came back with errors begins where the first thing is to be put right.

document.querySelector('main form[method="post"] [aria-invalid="true"]')?.focus();
