// Sends the form of a page that has nothing else to ask: who only looks at the address uses nothing up.
document.querySelector('form[data-submit]')?.requestSubmit()
