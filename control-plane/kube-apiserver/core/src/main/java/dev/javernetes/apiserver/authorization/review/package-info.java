/**
 * SubjectAccessReview and its kin: what may somebody do, as a resource. Uses the authorizer that
 * decides on requests. Start reading at {@link
 * dev.javernetes.apiserver.authorization.review.AccessReview}.
 */
@NullMarked
package dev.javernetes.apiserver.authorization.review;

import org.jspecify.annotations.NullMarked;
