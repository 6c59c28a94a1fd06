// @platformatic/kafka is written for Node 22; on Node 20 this is all that it misses.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new Promise((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}
